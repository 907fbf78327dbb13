// The code editor: Monaco, fetched only when an editor is first shown; a plain text box until then and on phones.
import { createElement as h, useCallback, useEffect, useRef, useState } from "react";

const LANGUAGES = { python: "python", javascript: "javascript", js: "javascript", typescript: "typescript", web: "html", html: "html", svg: "html", css: "css", sql: "sql", java: "java", cpp: "cpp", c: "cpp", bash: "shell", shell: "shell", json: "json" };
// What programs need and the keyboards of phones hide.
const KEYS = [["⇥", "    "], ..."()[]{}:='\"_#+-*/%<>".split("").map((each) => [each, each])];
let loading;

function loadMonaco() {
  return (loading ??= import("$/public/monaco.js").then((module) => module.prepare()));
}

const isDark = () => document.documentElement.classList.contains("dark");

export function CodeEditor({ value, resetKey, lang, readOnly, label, keysLabel, hint, debounce = 400, minLines, name, onChange, onRun, className, ...rest }) {
  const place = useRef(null);
  const editor = useRef(null);
  const text = useRef(value ?? "");
  const timer = useRef();
  const touched = useRef(false);
  const taken = useRef(resetKey);
  const calls = useRef({});
  calls.current = { onChange, onRun };
  const [ready, setReady] = useState(false);
  const [plain, setPlain] = useState(value ?? "");
  const [touch, setTouch] = useState(false);
  const box = useRef(null);
  const area = useRef(null);
  // The editor is as tall as its text, between the least and the most that the place allows.
  const grow = useCallback((height) => box.current?.style.setProperty("--text-height", `${height}px`), []);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    if (timer.current) calls.current.onChange?.(text.current);
    timer.current = undefined;
  }, []);
  const typed = useCallback(
    (next) => {
      text.current = next;
      touched.current = true;
      // For what shows the text as it is typed.
      box.current?.dispatchEvent(new CustomEvent("lms:typed", { bubbles: true, detail: next }));
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, debounce);
    },
    [debounce, flush],
  );
  const run = useCallback(() => {
    flush();
    calls.current.onRun?.(text.current);
  }, [flush]);

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
        fontSize: 14,
        lineHeight: 21,
        padding: { top: 10, bottom: 10 },
        scrollBeyondLastLine: false,
        renderLineHighlight: "line",
        renderLineHighlightOnlyWhenFocus: true,
        wordWrap: "on",
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
        made.updateOptions({ tabFocusMode: false });
      });
      made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, run);
      // Tab indents; after Escape it moves on, so that nobody is caught in the editor by keyboard.
      made.addCommand(monaco.KeyCode.Escape, () => made.updateOptions({ tabFocusMode: true }), "!suggestWidgetVisible && !findWidgetVisible && !inSnippetMode && !hasMultipleSelections");
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
    setPlain(text.current);
    if (!editor.current) grow(text.current.split("\n").length * 21 + 24);
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
    const model = editor.current?.getModel();
    if (model) loading.then((monaco) => monaco.editor.setModelLanguage(model, LANGUAGES[lang] ?? "plaintext"));
  }, [lang, ready]);

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
    { ...rest, ref: box, className: `editor ${className ?? ""}`, tabIndex: -1, style: minLines ? { minHeight: `${minLines * 21 + 44}px` } : undefined },
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
        wrap: "off",
        onKeyDown,
        onBlur: flush,
        onChange: (event) => {
          setPlain(event.target.value);
          typed(event.target.value);
          grow(event.target.value.split("\n").length * 24 + 24);
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
    hint && ready && !readOnly ? h("div", { className: "editor-hint", dir: "auto" }, hint) : null,
  );
}
