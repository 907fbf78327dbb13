// The playground's editor and input: what is written in each language stays in this browser, also over a reload.
import { createElement as h, useEffect, useState } from "react";
import { CodeEditor } from "$/public/editor.js";
import { ActionButton } from "$/public/ui.js";

const LONGEST = 100000;
const place = (lang) => `playground:${lang}`;

function stored(lang, sample) {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(place(lang))) ?? {};
  } catch {
    // Somebody else's, or nothing may be kept here: the sample is there all the same.
  }
  return {
    source: typeof kept.source === "string" ? kept.source : sample,
    input: typeof kept.input === "string" ? kept.input : "",
  };
}

function keep(lang, written) {
  try {
    localStorage.setItem(place(lang), JSON.stringify(written));
  } catch {
    // A full or closed store must not stop anybody from writing.
  }
}

/**
 * One language of it; give it a `key` for each. `onRun(lang, source, input)` comes by the button and by Ctrl or Cmd
 * Enter, in the editor and in the input. Starting over brings the sample back, and can be undone until something is
 * typed. `editor` are the words of CodeEditor. What stands in it (the result) comes between the buttons and the input, where a phone shows both at once.
 */
export function Playground({ lang, sample, busy, words, runIcon, againIcon, editor, onRun, children, ...rest }) {
  const [written, setWritten] = useState({ source: sample, input: "" });
  const [resets, setResets] = useState(0);
  const [before, setBefore] = useState(null);
  useEffect(() => {
    setWritten(stored(lang, sample));
    // On a phone the languages stand in one line that is longer than the screen.
    document.querySelector(".playground-languages [aria-pressed=true]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, []);

  const write = (change) => {
    setWritten((now) => {
      const next = { ...now, ...change };
      keep(lang, next);
      return next;
    });
    setBefore(null);
  };
  const put = (source) => {
    write({ source });
    setResets((now) => now + 1);
  };
  const run = (source) => {
    if (!busy) onRun?.(lang, source.slice(0, LONGEST), written.input);
  };
  return h(
    "div",
    rest,
    h(CodeEditor, {
      ...editor,
      value: written.source,
      resetKey: String(resets),
      lang,
      debounce: 0,
      minLines: 6,
      onChange: (source) => source !== written.source && write({ source }),
      onRun: run,
    }),
    h(
      "div",
      { className: "exercise-bar" },
      h(ActionButton, { busy, busyLabel: words.working, className: "btn btn-primary", title: words.runTitle, onClick: () => run(written.source) }, runIcon, words.run),
      before === null
        ? h(
            "button",
            {
              type: "button",
              className: "btn btn-quiet",
              onClick: () => {
                put(sample);
                setBefore(written.source);
              },
            },
            againIcon,
            words.startOver,
          )
        : h("button", { type: "button", className: "btn btn-quiet", onClick: () => put(before) }, againIcon, words.bringBack),
      h("span", { className: "exercise-saved" }, words.kept),
    ),
    children,
    h(
      "label",
      { className: "field playground-input" },
      h("span", { className: "field-label" }, words.input),
      h("textarea", {
        className: "control font-mono",
        rows: 4,
        dir: "ltr",
        spellCheck: false,
        maxLength: LONGEST,
        placeholder: words.inputHint,
        value: written.input,
        onChange: (event) => write({ input: event.target.value }),
        onKeyDown: (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
            event.preventDefault();
            run(written.source);
          }
        },
      }),
    ),
  );
}
