// How somebody likes the editor. It is kept in this browser alone: keys and sizes belong to the hands, eyes and screen at
// it, and the server has no use for them. Every editor of the page, and of the other tabs, follows at once.
import { createElement as h, useEffect, useId, useState, useSyncExternalStore } from "react";

const KEY = "editor";
const USUAL = { keys: "default", size: 14, wrap: true };
export const SMALLEST = 12;
export const LARGEST = 24;
const listeners = new Set();
let current;

function read() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    // Nothing that can be read is kept.
  }
  return {
    keys: kept.keys === "vim" ? "vim" : USUAL.keys,
    size: kept.size >= SMALLEST && kept.size <= LARGEST ? Math.round(kept.size) : USUAL.size,
    wrap: typeof kept.wrap === "boolean" ? kept.wrap : USUAL.wrap,
  };
}

function tell() {
  for (const each of listeners) each();
}

function fromElsewhere(event) {
  if (event.key !== KEY) return;
  current = read();
  tell();
}

function subscribe(listener) {
  if (!listeners.size) addEventListener("storage", fromElsewhere);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) removeEventListener("storage", fromElsewhere);
  };
}

function change(part) {
  current = { ...current, ...part };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still follows until the page is left.
  }
  tell();
}

/** The settings as they are now. */
export function useEditorSettings() {
  return useSyncExternalStore(subscribe, () => (current ??= read()), () => USUAL);
}

/** The fields of the settings, for what opens under the gear. */
export function EditorSettings({ words, className }) {
  const settings = useEditorSettings();
  const id = useId();
  const [touch, setTouch] = useState(false);
  useEffect(() => setTouch(matchMedia("(pointer: coarse)").matches), []);
  return h(
    "div",
    { className },
    // The plain box of a touch screen has the keys of its own keyboard.
    !touch &&
      h("label", { className: "editor-setting", htmlFor: `${id}-keys` }, words.keys,
        h("select", { id: `${id}-keys`, className: "control", value: settings.keys, onChange: (event) => change({ keys: event.target.value }) },
          h("option", { value: "default" }, words.usual),
          h("option", { value: "vim" }, "Vim"),
        ),
      ),
    h("label", { className: "editor-setting", htmlFor: `${id}-size` },
      h("span", { className: "editor-setting-line" }, words.size, h("output", { htmlFor: `${id}-size`, className: "numbers" }, settings.size)),
      h("input", {
        id: `${id}-size`,
        type: "range",
        className: "editor-range",
        min: SMALLEST,
        max: LARGEST,
        step: 1,
        value: settings.size,
        onChange: (event) => change({ size: Number(event.target.value) }),
      }),
    ),
    h("label", { className: "editor-setting editor-setting-line" }, words.wrap,
      h("input", { type: "checkbox", role: "switch", className: "switch", checked: settings.wrap, onChange: (event) => change({ wrap: event.target.checked }) }),
    ),
  );
}

/** A button that has the editor beside it ask for its text to be formatted. */
export function FormatButton({ children, ...rest }) {
  const ask = (event) => event.currentTarget.closest("[data-editor-place]")?.querySelector(".editor")?.dispatchEvent(new Event("wantsformat"));
  return h("button", { type: "button", ...rest, onClick: ask }, children);
}
