// A learner's page beside the editor: its files as one document in a frame without an origin, and what it says.
// Scripts run only as they were at the last press of Run, so that a loop that is half typed never runs. A frame that
// does not answer any more is taken away.
import { createElement as h, useCallback, useEffect, useRef, useState } from "react";

const FRAME = "/api/preview";
// Forms, so that a page's own script hears that one is sent; sending it is what the frame's policy refuses.
const SANDBOX = "allow-scripts allow-forms";
const MOST_LINES = 200;
const LONGEST = 2000;
const TYPED_MS = 500;
const LOOK_MS = 1000;
const SILENT_MS = 5000;
const ABSENT_MS = 10000;
const KINDS = { css: "text/css", js: "text/javascript", mjs: "text/javascript", svg: "image/svg+xml" };
const SCRIPTED = "script, [href^='javascript:' i], [action^='javascript:' i]";

const ending = (name) => name.slice(name.lastIndexOf(".") + 1).toLowerCase();
const dataOf = (name, text) =>
  `data:${KINDS[ending(name)] ?? "text/plain"};name=${encodeURIComponent(name)};charset=utf-8,${encodeURIComponent(text)}`;

/** The name of the exercise's file that an address in another of its files means. */
function fileAt(texts, address, from) {
  try {
    const url = new URL(address, `http://files.invalid/${from}`);
    const name = decodeURIComponent(url.pathname.slice(1));
    return url.host === "files.invalid" && texts.has(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

function styleOf(texts, name) {
  return texts.get(name).replace(/url\(\s*(["']?)([^"')]*)\1\s*\)/g, (all, _quote, address) => {
    const file = fileAt(texts, address, name);
    return file ? `url("${dataOf(file, texts.get(file))}")` : all;
  });
}

const handlersOf = (element) => [...element.attributes].filter((each) => /^on/i.test(each.name));

/** All that would run in a page, as one text; empty when nothing would. */
function scriptsOf(page, texts, entry) {
  const found = [];
  for (const element of page.querySelectorAll("*")) {
    if (element.matches(SCRIPTED)) {
      const file = element.localName === "script" && element.hasAttribute("src") && fileAt(texts, element.getAttribute("src"), entry);
      found.push(file ? texts.get(file) : element.outerHTML);
    }
    for (const handler of handlersOf(element)) found.push(handler.value);
  }
  return found.length ? JSON.stringify(found) : "";
}

/** The document that the files make together: other files stand in it as data, so that nothing has to be escaped. */
function written(page, texts, entry, runs) {
  for (const element of page.querySelectorAll("link[href], script[src], img[src], source[src], input[src], image[href]")) {
    const name = element.hasAttribute("src") ? "src" : "href";
    const file = fileAt(texts, element.getAttribute(name), entry);
    if (file) element.setAttribute(name, dataOf(file, ending(file) === "css" ? styleOf(texts, file) : texts.get(file)));
  }
  for (const element of page.querySelectorAll('meta[http-equiv="refresh" i]')) element.remove();
  if (!runs) {
    for (const element of page.querySelectorAll(SCRIPTED)) element.localName === "script" ? element.remove() : element.removeAttribute("href");
    for (const element of page.querySelectorAll("*")) for (const handler of handlersOf(element)) element.removeAttribute(handler.name);
  }
  return `${page.doctype ? "<!doctype html>" : ""}${page.documentElement.outerHTML}`;
}

let frames = 0;

export function WebPreview({ files, entry, open, resetKey, words, ...rest }) {
  const box = useRef(null);
  const texts = useRef(new Map());
  const opened = useRef(open);
  opened.current = open;
  const ran = useRef(null); // the scripts of the last Run
  const timer = useRef();
  const newest = useRef(null); // the frame that is drawn or being drawn: id, html, port, when it answered last, whose focus it was
  const [shown, setShown] = useState([]);
  const [lines, setLines] = useState([]);
  const [note, setNote] = useState("");
  const [runs, setRuns] = useState(false);

  const draw = useCallback(
    (pressed) => {
      clearTimeout(timer.current);
      const page = new DOMParser().parseFromString(texts.current.get(entry) ?? "", "text/html");
      const scripts = scriptsOf(page, texts.current, entry);
      if (pressed) ran.current = scripts;
      const live = scripts === "" || scripts === ran.current;
      newest.current?.port?.close();
      newest.current = { id: ++frames, html: written(page, texts.current, entry, live), answered: Date.now(), focus: pressed ? null : document.activeElement };
      const { id } = newest.current;
      // The one before stays in sight until this one has drawn itself.
      setShown((before) => [...before.slice(-1), id]);
      setLines([]);
      setNote(live ? "" : "still");
      setRuns(live && scripts !== "");
    },
    [entry],
  );
  const stop = useCallback((why) => {
    clearTimeout(timer.current);
    newest.current?.port?.close();
    newest.current = null;
    ran.current = null;
    setShown([]);
    setRuns(false);
    setNote(why);
  }, []);

  const given = JSON.stringify(files ?? []);
  useEffect(() => {
    texts.current = new Map((files ?? []).map((file) => [file.name, file.text]));
    if (texts.current.size) draw(false);
  }, [given, resetKey, draw]);

  useEffect(() => {
    const exercise = box.current.closest(".exercise") ?? box.current;
    const typed = (event) => {
      if (!texts.current.has(opened.current)) return;
      texts.current.set(opened.current, event.detail);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => draw(false), TYPED_MS);
    };
    const key = (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      draw(true);
    };
    exercise.addEventListener("lms:typed", typed);
    exercise.addEventListener("keydown", key, true);
    return () => {
      exercise.removeEventListener("lms:typed", typed);
      exercise.removeEventListener("keydown", key, true);
      clearTimeout(timer.current);
    };
  }, [draw]);

  useEffect(() => {
    const hear = (frame, message) => {
      if (frame !== newest.current || typeof message !== "object" || message === null) return;
      frame.answered = Date.now();
      if (message.kind === "alive") {
        // A script that takes the focus does not take it from somebody who types.
        if (frame.focus && document.activeElement?.dataset.frame === `${frame.id}`) frame.focus.focus({ preventScroll: true });
        frame.focus = null;
        setShown((before) => (before.length > 1 ? [frame.id] : before));
        return;
      }
      const line = { kind: `${message.kind}`.slice(0, 20), text: `${message.text ?? ""}`.slice(0, LONGEST), place: `${message.place ?? ""}`.slice(0, 200) };
      setLines((before) => (before.length > MOST_LINES ? before : [...before, before.length === MOST_LINES ? { kind: "more", text: "", place: "" } : line]));
    };
    // A frame says once that it is there; what it says afterwards comes over a port that only we have given it.
    const ready = (event) => {
      const frame = newest.current;
      const own = frame && box.current.querySelector(`iframe[data-frame="${frame.id}"]`)?.contentWindow;
      if (!own || event.source !== own || event.origin !== "null" || frame.port || event.data !== "preview") return;
      const channel = new MessageChannel();
      frame.port = channel.port1;
      frame.answered = Date.now();
      frame.port.onmessage = (message) => hear(frame, message.data);
      // Its origin has no name to send to.
      own.postMessage(frame.html, "*", [channel.port2]);
    };
    let looked = Date.now();
    const look = setInterval(() => {
      const [now, frame] = [Date.now(), newest.current];
      // Whoever was not looking, or was held up too, cannot tell who is late.
      const late = now - looked > 2 * LOOK_MS || document.hidden;
      looked = now;
      if (!frame) return;
      if (late) frame.answered = now;
      else if (now - frame.answered > (frame.port ? SILENT_MS : ABSENT_MS)) stop(frame.port ? "stuck" : "absent");
      else frame.port?.postMessage("there?");
    }, LOOK_MS);
    addEventListener("message", ready);
    return () => {
      removeEventListener("message", ready);
      clearInterval(look);
    };
  }, [stop]);

  const last = shown[shown.length - 1];
  const button = (name, kind, disabled, press, title) =>
    h("button", { type: "button", className: `btn btn-${kind} btn-small`, disabled, title, onClick: press }, words[name]);
  const signs = { error: words.error, warn: words.warning, alert: words.alert, missing: words.missing, blocked: words.blocked, link: words.link, form: words.form, more: words.more };
  return h(
    "div",
    { ...rest, ref: box, className: "preview" },
    h(
      "div",
      { className: "preview-bar" },
      h("h3", { className: "preview-name" }, words.name),
      button("run", "secondary", false, () => draw(true), words.keys),
      button("stop", "quiet", !shown.length, () => stop("stopped")),
    ),
    h("p", { role: "status", className: "preview-note", hidden: !note }, note ? words[note] : ""),
    h(
      "div",
      { className: "preview-frames" },
      shown.map((id) =>
        h("iframe", {
          key: id,
          sandbox: SANDBOX,
          allow: "",
          referrerPolicy: "no-referrer",
          src: FRAME,
          title: words.frame,
          "data-frame": id,
          "data-scripts": id === last && runs ? "run" : "rest",
          className: id === last && shown.length > 1 ? "preview-frame preview-coming" : "preview-frame",
        }),
      ),
    ),
    h(
      "div",
      { className: "preview-bar" },
      h("h3", { className: "preview-name" }, words.console),
      button("clear", "quiet", !lines.length, () => setLines([])),
    ),
    h(
      "div",
      { role: "log", "aria-label": words.console, tabIndex: 0, className: "preview-lines" },
      lines.length === 0 && h("p", { className: "preview-empty" }, words.silent),
      lines.map((line, at) =>
        h(
          "div",
          { key: at, className: "preview-line", "data-kind": line.kind },
          signs[line.kind] && h("span", { className: "preview-sign" }, signs[line.kind]),
          h("span", { dir: "ltr", className: "preview-text" }, line.text),
          line.place && h("span", { dir: "ltr", className: "preview-place" }, line.place),
        ),
      ),
    ),
  );
}
