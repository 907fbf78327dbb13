// Panes with dividers: the hand is followed in the browser alone, and what was set is kept on this device.
import { Children, createElement as h, useEffect, useRef, useState } from "react";
import { useT } from "$/public/i18n.js";

// Three panes side by side need about 1,000 pixels; on less, also of a zoomed page, each of them is a tab.
const NARROW = "(max-width: 63.99rem)";
const STEP = 2;

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(`split:${name}`)) ?? {};
  } catch {
    return {};
  }
}

const valid = (sizes, count) => Array.isArray(sizes) && sizes.length === count && sizes.every((n) => n > 0 && n < 100);

export function SplitPane({ name, labels, sizes, minimums, words, main, children }) {
  const t = useT();
  const panes = Children.toArray(children);
  const frame = useRef(null);
  const [shares, setShares] = useState(sizes);
  const [folded, setFolded] = useState({});
  const [narrow, setNarrow] = useState(false);
  const [tab, setTab] = useState(main);
  const drag = useRef(null);

  useEffect(() => {
    const kept = stored(name);
    if (valid(kept.shares, sizes.length)) setShares(kept.shares);
    if (kept.folded) setFolded(kept.folded);
    const query = matchMedia(NARROW);
    const look = () => setNarrow(query.matches);
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, [name]);

  const keep = (nextShares, nextFolded) => {
    setShares(nextShares);
    setFolded(nextFolded);
    localStorage.setItem(`split:${name}`, JSON.stringify({ shares: nextShares, folded: nextFolded }));
  };
  const fold = (index) => keep(shares, { ...folded, [index]: !folded[index] });

  useEffect(() => {
    const listen = (event) => {
      if ((event.key !== "[" && event.key !== "]") || event.ctrlKey || event.metaKey || event.altKey || narrow) return;
      if (event.target.closest?.("input,textarea,select,[contenteditable=true],[role=textbox],.monaco-editor")) return;
      const index = event.key === "[" ? 0 : panes.length - 1;
      if (index === main) return;
      event.preventDefault();
      fold(index);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });

  // What is pressed in one pane may speak in another: open that one, on a phone its tab.
  useEffect(() => {
    const show = (event) => {
      const wanted = event.target.closest?.("[data-show-pane]")?.dataset.showPane;
      if (wanted === undefined) return;
      if (narrow) setTab(Number(wanted));
      else if (folded[wanted]) fold(Number(wanted));
    };
    document.addEventListener("click", show);
    return () => document.removeEventListener("click", show);
  });

  // Move the divider after pane `index` by some percent of the whole, never below what a pane needs.
  const moved = (from, index, by) => {
    const width = frame.current.clientWidth || 1;
    const least = (i) => (minimums[i] / width) * 100;
    const both = from[index] + from[index + 1];
    const first = Math.min(Math.max(from[index] + by, least(index)), both - least(index + 1));
    const next = [...from];
    next[index] = first;
    next[index + 1] = both - first;
    return next;
  };

  const divider = (index) => {
    const side = index < main ? index : index + 1;
    const closed = Boolean(folded[side]);
    const sign = t.direction === "rtl" ? -1 : 1;
    const label = words.divider.replace("{first}", labels[index]).replace("{second}", labels[index + 1]);
    return h(
      "div",
      { key: `divider-${index}`, className: closed ? "split-divider split-closed" : "split-divider" },
      h("div", {
        className: "split-handle",
        role: "separator",
        tabIndex: 0,
        "aria-orientation": "vertical",
        "aria-label": label,
        "aria-valuenow": Math.round(shares[index]),
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        onPointerDown: (event) => {
          if (closed || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, from: shares };
        },
        onPointerMove: (event) => {
          if (!drag.current) return;
          const by = ((event.clientX - drag.current.x) / frame.current.clientWidth) * 100 * sign;
          setShares(moved(drag.current.from, index, by));
        },
        onPointerUp: () => {
          if (drag.current) keep(shares, folded);
          drag.current = null;
        },
        onDoubleClick: () => keep(sizes, {}),
        onKeyDown: (event) => {
          const by = { ArrowLeft: -STEP * sign, ArrowRight: STEP * sign }[event.key];
          if (by !== undefined && !closed) keep(moved(shares, index, by), folded);
          else if (event.key === "Home") keep(moved(shares, index, -100), folded);
          else if (event.key === "End") keep(moved(shares, index, 100), folded);
          else if (event.key === "Enter") fold(side);
          else return;
          event.preventDefault();
        },
      }),
      h(
        "button",
        {
          type: "button",
          className: "split-fold",
          "aria-expanded": !closed,
          "aria-label": `${closed ? words.unfold : words.fold}: ${labels[side]}`,
          title: `${closed ? words.unfold : words.fold}: ${labels[side]}`,
          onClick: () => fold(side),
        },
        h(
          "svg",
          { viewBox: "0 0 24 24", width: 14, height: 14, className: "icon rtl:-scale-x-100", "aria-hidden": true },
          h("path", { d: (side < main) !== closed ? "m15 18-6-6 6-6" : "m9 18 6-6-6-6" }),
        ),
        closed && h("span", { className: "split-name" }, labels[side]),
      ),
    );
  };

  const total = panes.reduce((sum, _pane, i) => sum + (folded[i] ? 0 : shares[i]), 0);
  const parts = [];
  panes.forEach((pane, i) => {
    const hidden = narrow ? tab !== i : Boolean(folded[i]);
    parts.push(
      h(
        "section",
        {
          key: `pane-${i}`,
          id: `pane-${name}-${i}`,
          className: "split-pane",
          "aria-label": labels[i],
          tabIndex: -1,
          role: narrow ? "tabpanel" : undefined,
          // Hidden, not removed: each pane keeps its scroll and what was typed.
          style: narrow
            ? { visibility: hidden ? "hidden" : undefined, gridArea: "2 / 1" }
            : { flex: `${shares[i] / total} 1 0`, display: hidden ? "none" : undefined },
        },
        pane,
      ),
    );
    if (!narrow && i < panes.length - 1) parts.push(divider(i));
  });
  const choose = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const next = (tab + by * (t.direction === "rtl" ? -1 : 1) + panes.length) % panes.length;
    setTab(next);
    event.currentTarget.children[next].focus();
  };
  return h(
    "div",
    { ref: frame, className: narrow ? "split split-narrow" : "split" },
    narrow &&
      h(
        "div",
        { role: "tablist", className: "split-tabs", onKeyDown: choose },
        labels.map((label, i) =>
          h(
            "button",
            { key: i, type: "button", role: "tab", className: "tab", "aria-selected": tab === i, "data-state": tab === i ? "active" : "inactive", "aria-controls": `pane-${name}-${i}`, tabIndex: tab === i ? 0 : -1, onClick: () => setTab(i) },
            label,
          ),
        ),
      ),
    parts,
  );
}
