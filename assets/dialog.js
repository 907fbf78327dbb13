// A question or a form over the page: the browser's own modal dialog, which keeps the focus inside, closes by Escape
// and gives the focus back.
import { cloneElement, createElement as h, Fragment, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

/** Opened by its trigger, or by `open` with `onOpenChange`. What has `data-closes` inside closes it. */
export function Dialog({ open, onOpenChange, trigger, ...rest }) {
  const [shown, setShown] = useState(false);
  const isOpen = open ?? shown;
  const change = (value) => {
    setShown(value);
    onOpenChange?.(value);
  };
  const onClick = (event) => {
    trigger.props.onClick?.(event);
    change(true);
  };
  return h(
    Fragment,
    null,
    trigger && cloneElement(trigger, { onClick, "aria-haspopup": "dialog", "aria-expanded": isOpen }),
    isOpen && createPortal(h(Modal, { ...rest, onClosed: () => change(false) }), document.body),
  );
}

function Modal({ heading, headingClassName, description, descriptionClassName, closeButton, onClosed, children, ...rest }) {
  const box = useRef(null);
  const name = useId();
  // Before the element leaves the page, because only closing gives the focus back.
  useLayoutEffect(() => {
    const element = box.current;
    element.showModal();
    return () => element.close();
  }, []);
  // A press on what is around it counts as one on the dialog itself; a selection that ends there does not close it.
  const pressedAround = useRef(false);
  const isAround = (event) => {
    if (event.target !== box.current) return false;
    const { left, right, top, bottom } = box.current.getBoundingClientRect();
    return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
  };
  const onMouseDown = (event) => (pressedAround.current = isAround(event));
  const onClick = (event) => {
    if (event.target.closest("[data-closes]") || (pressedAround.current && isAround(event))) box.current.close();
  };
  return h(
    "dialog",
    {
      ...rest,
      ref: box,
      "aria-labelledby": name,
      "aria-describedby": description ? `${name}-about` : undefined,
      onClose: (event) => event.target === box.current && onClosed(),
      onClick,
      onMouseDown,
    },
    h("div", { className: headingClassName }, h("h2", { id: name }, heading), closeButton),
    description && h("p", { id: `${name}-about`, className: descriptionClassName }, description),
    children,
  );
}
