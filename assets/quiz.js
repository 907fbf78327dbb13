// The frame of a quiz: letters choose, and the focus follows when questions turn into a result.
import { createElement as h, useEffect, useRef } from "react";

const TYPING = "input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true],[role=textbox]";

/**
 * While the focus is on a question, the letter of a choice presses it; never in a field, and never with Ctrl, Alt or Cmd.
 * When `stage` changes the focus goes to the element with `data-stage-head`, because the pressed button is gone.
 */
export function QuizFrame({ stage, children, ...rest }) {
  const box = useRef(null);
  const before = useRef(stage);
  useEffect(() => {
    if (before.current !== stage && before.current) {
      const head = box.current?.querySelector("[data-stage-head]");
      head?.focus({ preventScroll: true });
      head?.scrollIntoView({ block: "nearest" });
    }
    before.current = stage;
  }, [stage]);
  const onKeyDown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing || event.target.closest(TYPING)) return;
    if (!/^[a-z]$/i.test(event.key)) return;
    const choices = event.target.closest("[data-question]")?.querySelectorAll("[data-letter] input");
    const input = choices?.[event.key.toLowerCase().charCodeAt(0) - 97];
    if (!input) return;
    event.preventDefault();
    input.focus();
    input.click();
  };
  return h("section", { ...rest, ref: box, onKeyDown }, children);
}
