// The parts of Monaco that this product uses: the editor, colours for some languages, no language servers.
import * as monaco from "monaco-editor/esm/vs/editor/edcore.main.js";
import "monaco-editor/esm/vs/basic-languages/python/python.contribution.js";
import { language as python } from "monaco-editor/esm/vs/basic-languages/python/python.js";
import "monaco-editor/esm/vs/basic-languages/javascript/javascript.contribution.js";
import "monaco-editor/esm/vs/basic-languages/typescript/typescript.contribution.js";
import "monaco-editor/esm/vs/basic-languages/html/html.contribution.js";
import "monaco-editor/esm/vs/basic-languages/css/css.contribution.js";
import "monaco-editor/esm/vs/basic-languages/sql/sql.contribution.js";
import "monaco-editor/esm/vs/basic-languages/java/java.contribution.js";
import "monaco-editor/esm/vs/basic-languages/cpp/cpp.contribution.js";
import "monaco-editor/esm/vs/basic-languages/shell/shell.contribution.js";
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";

// Monaco takes the functions that come with Python for its keywords; in the lesson beside the editor they are none.
const WORDS = new Set("False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield".split(" "));

function pythonAsInTheLesson() {
  const named = (rule) =>
    rule[1]?.cases?.["@keywords"] ? [rule[0], { cases: { "@keywords": "keyword", "@builtins": "predefined", "@default": "identifier" } }] : rule;
  return {
    ...python,
    keywords: python.keywords.filter((word) => WORDS.has(word)),
    builtins: python.keywords.filter((word) => !WORDS.has(word)),
    tokenizer: { ...python.tokenizer, root: python.tokenizer.root.map(named) },
  };
}

const KINDS = { comment: "comment", keyword: "keyword", string: "string", number: "number", type: "type", tag: "keyword", "attribute.name": "name", "attribute.value": "string", "attribute.value.number": "number", "attribute.value.unit": "number", "attribute.value.hex": "number", metatag: "comment", "type.identifier": "type", predefined: "type", regexp: "string" };
// Where Monaco's own theme has a colour for one language, which would win over the kind's.
Object.assign(KINDS, { "string.html": "string", "attribute.value.html": "string", "metatag.html": "comment", "metatag.content.html": "type", "attribute.value.number.css": "number", "attribute.value.unit.css": "number", "attribute.value.hex.css": "number" });

function theme(dark) {
  // The values of the tokens are read from the page, so that they are written in one place only.
  const had = document.documentElement.classList.contains("dark");
  document.documentElement.classList.toggle("dark", dark);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const made = {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "", foreground: colour("ink").slice(1) },
      ...Object.entries(KINDS).map(([token, name]) => ({ token, foreground: colour(`code-${name}`).slice(1) })),
    ],
    colors: {
      "editor.background": colour("surface"),
      "editor.foreground": colour("ink"),
      "editorLineNumber.foreground": colour("quiet"),
      "editorLineNumber.activeForeground": colour("ink"),
      "editor.lineHighlightBackground": colour("sunken"),
      "editor.lineHighlightBorder": colour("sunken"),
      "scrollbarSlider.background": `${colour("edge")}66`,
      "scrollbarSlider.hoverBackground": `${colour("edge")}99`,
      "scrollbarSlider.activeBackground": colour("edge"),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`editorBracketHighlight.foreground${level}`, colour("ink")])),
      "editorBracketHighlight.unexpectedBracket.foreground": colour("wrong"),
      "editorBracketMatch.background": colour("mark"),
      "editorBracketMatch.border": colour("mark"),
      "editorIndentGuide.background1": colour("line"),
      "editorIndentGuide.activeBackground1": colour("edge"),
      "editorWhitespace.foreground": colour("edge"),
      "editor.selectionBackground": colour("mark"),
      "editorCursor.foreground": colour("accent"),
      "editorWidget.background": colour("surface"),
      "editorWidget.border": colour("edge"),
      focusBorder: colour("accent"),
    },
  };
  document.documentElement.classList.toggle("dark", had);
  return made;
}

export function prepare() {
  self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  monaco.languages.register({ id: "json", extensions: [".json"], aliases: ["JSON"] });
  monaco.languages.setMonarchTokensProvider("json", {
    tokenizer: { root: [[/"([^"\\]|\\.)*"(?=\s*:)/, "type"], [/"([^"\\]|\\.)*"/, "string"], [/-?\d+(\.\d+)?([eE][-+]?\d+)?/, "number"], [/\b(true|false|null)\b/, "keyword"]] },
  });
  monaco.languages.setMonarchTokensProvider("python", pythonAsInTheLesson());
  monaco.editor.defineTheme("lms-light", theme(false));
  monaco.editor.defineTheme("lms-dark", theme(true));
  return monaco;
}
