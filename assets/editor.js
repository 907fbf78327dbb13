// The code editor: Monaco, fetched only when an editor is first shown; a plain text box until then and on phones.
import { createElement as h, useCallback, useEffect, useId, useRef, useState } from "react";
import { useEditorSettings } from "$/public/editor_settings.js";
import { markOf, replaceInBox, replaceInMonaco } from "$/public/editor_text.js";

export { EditorSettings, FormatButton } from "$/public/editor_settings.js";

const LANGUAGES = { python: "python", javascript: "javascript", typescript: "typescript", html: "html", css: "css", sql: "sql", java: "java", cpp: "cpp", c: "cpp", bash: "shell", shell: "shell", json: "json" };
// What programs need and the keyboards of phones hide.
const KEYS = [["⇥", "    "], ..."()[]{}:='\"_#+-*/%<>".split("").map((each) => [each, each])];
// So many texts of its own does an editor remember; the server takes a few more.
const MOST_KNOWN = 50;
let loading;

function loadMonaco() {
  return (loading ??= import("$/public/monaco.js").then((module) => module.prepare()));
}

const lineHeight = (size) => Math.round(size * 1.5);
const isDark = () => document.documentElement.classList.contains("dark");

export function CodeEditor({ value, resetKey, lang, readOnly, label, keysLabel, words, debounce = 400, minLines, name, formatted, onChange, onRun, onFormat, className, ...rest }) {
  const place = useRef(null);
  const editor = useRef(null);
  const text = useRef(value ?? "");
  const timer = useRef();
  const touched = useRef(false);
  const taken = useRef(resetKey);
  const calls = useRef({});
  calls.current = { onChange, onRun, onFormat };
  const settings = useEditorSettings();
  const vim = settings.keys === "vim" && !readOnly;
  const modeLine = useRef(null);
  const hintId = useId();
  // Whether Tab leaves the editor, and what is said of it.
  const leaves = useRef(false);
  const [said, setSaid] = useState("");
  // What the editor has shown of this file: where the server has another text, another tab wrote it.
  const known = useRef([]);
  const asked = useRef({ request: "", again: 0 });
  const [ready, setReady] = useState(false);
  const [plain, setPlain] = useState(value ?? "");
  const [touch, setTouch] = useState(false);
  const box = useRef(null);
  const area = useRef(null);
  // The editor is as tall as its text, between the least and the most that the place allows.
  const grow = useCallback((height) => box.current?.style.setProperty("--text-height", `${height}px`), []);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    if (timer.current) {
      calls.current.onChange?.(text.current, known.current);
      known.current = [...known.current, markOf(text.current)].slice(-MOST_KNOWN);
    }
    timer.current = undefined;
  }, []);
  const typed = useCallback(
    (next) => {
      text.current = next;
      touched.current = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, debounce);
    },
    [debounce, flush],
  );
  const run = useCallback(() => {
    flush();
    calls.current.onRun?.(text.current);
  }, [flush]);
  const askFormat = useCallback((again) => {
    flush();
    asked.current = { request: Math.random().toString(36).slice(2), again };
    calls.current.onFormat?.(asked.current.request);
  }, [flush]);
  const format = useCallback(() => askFormat(2), [askFormat]);
  const letTabLeave = useCallback((value, words) => {
    leaves.current = value;
    setSaid(words);
  }, []);

  useEffect(() => {
    // Monaco does not work by touch; the plain box does.
    if (matchMedia("(pointer: coarse)").matches) {
      setTouch(true);
      return;
    }
    let gone = false;
    loadMonaco().then((monaco) => {
      if (gone || !place.current) return;
      const made = monaco.editor.create(place.current, {
        value: text.current,
        language: LANGUAGES[lang] ?? "plaintext",
        theme: isDark() ? "lms-dark" : "lms-light",
        readOnly,
        ariaLabel: label,
        automaticLayout: true,
        minimap: { enabled: false },
        fontFamily: '"Plex Mono", ui-monospace, monospace',
        fontSize: settings.size,
        lineHeight: lineHeight(settings.size),
        padding: { top: 10, bottom: 10 },
        scrollBeyondLastLine: false,
        renderLineHighlight: "line",
        renderLineHighlightOnlyWhenFocus: true,
        wordWrap: settings.wrap ? "on" : "off",
        wrappingIndent: "indent",
        scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
        overviewRulerLanes: 0,
        tabSize: ["python", "java", "c", "cpp"].includes(lang) ? 4 : 2,
        lineNumbersMinChars: 3,
        wordBasedSuggestions: "currentDocument",
        unicodeHighlight: { ambiguousCharacters: false },
        fixedOverflowWidgets: true,
      });
      editor.current = made;
      made.onDidChangeModelContent(() => typed(made.getValue()));
      made.onDidContentSizeChange((event) => grow(event.contentHeight));
      grow(made.getContentHeight());
      made.onDidBlurEditorText(() => {
        flush();
        letTabLeave(false, "");
      });
      made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, run);
      // Tab indents; after Escape it moves on, so that nobody is caught in the editor by keyboard. Vim needs Escape.
      made.addCommand(monaco.KeyCode.Escape, () => letTabLeave(true, "leaves"), "!editorVim && !suggestWidgetVisible && !findWidgetVisible && !inSnippetMode && !hasMultipleSelections");
      setReady(true);
    });
    const watch = new MutationObserver(() => loading?.then((monaco) => monaco.editor.setTheme(isDark() ? "lms-dark" : "lms-light")));
    watch.observe(document.documentElement, { attributeFilter: ["class"] });
    return () => {
      gone = true;
      watch.disconnect();
      flush();
      editor.current?.dispose();
      editor.current = null;
    };
  }, []);

  // A new text from outside (another exercise, reset, restored draft), never the echo of what was typed. After a reload
  // the first value is the one this tab began with; the saved draft follows, and is taken while nothing was typed.
  useEffect(() => {
    if (taken.current === resetKey && touched.current) return;
    taken.current = resetKey;
    touched.current = false;
    text.current = value ?? "";
    known.current = [markOf(text.current)];
    setPlain(text.current);
    if (!editor.current) grow(text.current.split("\n").length * lineHeight(settings.size) + 24);
    if (editor.current && editor.current.getValue() !== text.current) {
      editor.current.setValue(text.current);
      touched.current = false;
      clearTimeout(timer.current);
      timer.current = undefined;
    }
  }, [resetKey, value]);
  useEffect(() => {
    editor.current?.updateOptions({ readOnly, ariaLabel: label });
  }, [readOnly, label, ready]);
  useEffect(() => {
    editor.current?.updateOptions({ fontSize: settings.size, lineHeight: lineHeight(settings.size), wordWrap: settings.wrap ? "on" : "off" });
  }, [settings, ready]);
  // What holds the focus in Monaco is its own; how to leave it is said with its name.
  useEffect(() => {
    if (ready && !readOnly) place.current.querySelector("[role=textbox]")?.setAttribute("aria-describedby", hintId);
  }, [ready, readOnly, hintId]);
  useEffect(() => {
    if (!ready || !vim) return;
    const mode = editor.current.createContextKey("editorVim", true);
    let end;
    let gone = false;
    import("$/public/editor_vim.js").then(({ start }) => {
      if (!gone) end = start(editor.current, modeLine.current, words?.command, flush);
    });
    return () => {
      gone = true;
      if (!editor.current) return; // it has gone with all that hung on it
      mode.reset();
      end?.();
    };
  }, [ready, vim, words?.command]);
  useEffect(() => {
    const { request, again } = asked.current;
    if (!request || formatted?.request !== request) return;
    asked.current = { request: "", again: 0 };
    // Typed on meanwhile: the answer is to another text.
    if (markOf(text.current) !== formatted.made_of) {
      if (again) askFormat(again - 1);
    } else if (editor.current) replaceInMonaco(editor.current, formatted.text);
    // Not from within React's own work: it would write the box itself, and take the browser's undo away.
    else if (area.current) setTimeout(() => area.current && replaceInBox(area.current, formatted.text));
  }, [formatted?.request]);
  useEffect(() => {
    const element = box.current;
    element.addEventListener("wantsformat", format);
    return () => element.removeEventListener("wantsformat", format);
  }, [format]);

  // Before Monaco and Vim see them: the keys that work in every mode.
  const onKeyDownCapture = (event) => {
    if (readOnly) return;
    const { key, code, ctrlKey, altKey, metaKey, shiftKey } = event;
    // By its place where the key writes another script, or a sign.
    const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.slice(3).toLowerCase();
    if (letter === "f" && shiftKey && altKey && !ctrlKey && !metaKey && onFormat) format();
    else if (letter === "m" && ctrlKey && !altKey && !metaKey && ready) letTabLeave(!leaves.current, leaves.current ? "indents" : "leaves");
    else {
      if (key === "Tab" && leaves.current && !ctrlKey && !altKey && !metaKey) event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // execCommand is old, but the only way that keeps the browser's own undo.
  const insert = (piece) => {
    area.current.focus();
    document.execCommand("insertText", false, piece);
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || readOnly) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      run();
      return;
    }
    const before = event.target.value.slice(0, event.target.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = /^[ \t]*/.exec(line)[0] + (line.trimEnd().endsWith(":") || line.trimEnd().endsWith("{") ? "    " : "");
    if (!indent) return;
    event.preventDefault();
    insert(`\n${indent}`);
  };
  return h(
    "div",
    {
      ...rest,
      ref: box,
      className: `editor ${className ?? ""}`,
      tabIndex: -1,
      onKeyDownCapture,
      style: { "--editor-size": `${settings.size}px`, ...(minLines ? { minHeight: `${minLines * 21 + 44}px` } : {}) },
    },
    h("div", { ref: place, className: "editor-place", hidden: !ready }),
    !ready &&
      h("textarea", {
        ref: area,
        className: "editor-plain",
        "aria-label": label,
        value: plain,
        readOnly,
        name,
        spellCheck: false,
        autoCapitalize: "off",
        autoCorrect: "off",
        autoComplete: "off",
        wrap: settings.wrap ? "soft" : "off",
        onKeyDown,
        onBlur: flush,
        onChange: (event) => {
          setPlain(event.target.value);
          typed(event.target.value);
          grow(event.target.value.split("\n").length * lineHeight(settings.size) + 24);
        },
      }),
    touch &&
      !readOnly &&
      h(
        "div",
        { className: "editor-keys", role: "group", "aria-label": keysLabel },
        KEYS.map(([shown, piece]) =>
          // The box keeps the focus, so that the keyboard of the phone stays open.
          h("button", { key: shown, type: "button", className: "editor-key", onPointerDown: (event) => event.preventDefault(), onClick: () => insert(piece) }, shown),
        ),
      ),
    vim && ready ? h("div", { ref: modeLine, className: "editor-mode", dir: "ltr" }) : null,
    words && ready && !readOnly
      ? h(
          "div",
          { className: "editor-hint", dir: "auto" },
          h("span", { id: hintId, hidden: Boolean(said) }, vim ? words.vim : words.usual),
          h("span", { role: "status" }, said ? words[said] : ""),
        )
      : null,
  );
}
