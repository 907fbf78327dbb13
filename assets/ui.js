// Small behaviours of the interface that must answer at once, before the server does.
import { createContext, createElement as h, useCallback, useContext, useEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { LANGUAGES, setLanguage, useT } from "$/public/i18n.js";

/** A button that shows its press in the browser: busy from the click until the server's own `busy` has come and gone. */
export function ActionButton({ busy, busyLabel, onClick, disabled, children, ...rest }) {
  const [pressed, setPressed] = useState(false);
  const timer = useRef();
  useEffect(() => {
    if (!busy) setPressed(false);
  }, [busy]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const waiting = Boolean(busy) || pressed;
  return h(
    "button",
    {
      type: "button",
      ...rest,
      disabled,
      "aria-busy": waiting || undefined,
      "aria-disabled": waiting || undefined,
      onClick: (event) => {
        if (waiting) return event.preventDefault();
        if (busy !== undefined) {
          setPressed(true);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => setPressed(false), 1500);
        }
        onClick?.(event);
      },
    },
    children,
    waiting && busyLabel ? h("span", { className: "sr-only", role: "status" }, busyLabel) : null,
  );
}

// What the server said of the form last sent in place: {detail, errors: {field: words}}.
const Told = createContext(null);

async function sendForm(form, words) {
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
  } catch {
    return { detail: words.lost, errors: {} };
  }
  const said = await answer.json().catch(() => null);
  if (said?.location) return said;
  // A proxy in front answers in its own words, and in no language of ours.
  return { detail: said?.detail ?? words.broken, errors: said?.errors ?? {} };
}

/**
 * A form that the browser itself sends: Reflex's own never does. Its submit button is busy until the page changes. With
 * `inPlace` it is sent from here instead, so that a refusal or a lost connection leaves everything as it was typed.
 */
export function NativeForm({ children, inPlace, words, ...rest }) {
  const form = useRef(null);
  const [told, setTold] = useState(null);
  const free = () => form.current?.removeAttribute("data-busy");
  useEffect(() => {
    // Back from the next page, the browser may show this one as it was left.
    addEventListener("pageshow", free);
    return () => removeEventListener("pageshow", free);
  }, []);
  useEffect(() => {
    if (told) form.current.querySelector("[aria-invalid=true]")?.focus();
  }, [told]);
  const onSubmit = async (event) => {
    const busy = form.current.hasAttribute("data-busy");
    if (busy || inPlace) event.preventDefault();
    if (busy) return;
    form.current.setAttribute("data-busy", "");
    if (!inPlace) return;
    const said = await sendForm(form.current, words);
    if (said.location) return location.assign(said.location);
    free();
    setTold(said);
  };
  return h(Told.Provider, { value: told }, h("form", { ...rest, ref: form, onSubmit }, children));
}

/** What is wrong with a field, said aloud when it appears: what the form's last answer says, else `text`. */
export function FieldError({ name, text, children, ...rest }) {
  const told = useContext(Told);
  const words = told ? told.errors[name] : text;
  useEffect(() => {
    if (told) document.getElementById(`field-${name}`)?.setAttribute("aria-invalid", words ? "true" : "false");
  }, [told, name, words]);
  return h("p", { ...rest, role: "alert" }, words ? [h("span", { key: "sign", className: "contents" }, children), h("span", { key: "words" }, words)] : null);
}

/** What is wrong with a form as a whole: what its last answer says where no field says it, else `text`. */
export function FormMessage({ text, children, ...rest }) {
  const told = useContext(Told);
  const words = told ? !Object.keys(told.errors).length && told.detail : text;
  return h("div", { role: "alert", className: "contents" }, words ? h("div", rest, children, h("div", { className: "min-w-0" }, h("p", null, words))) : null);
}

/** A button that writes into fields, by their id, and leads on to the first that it left empty, else to the form's button. */
export function FillIn({ values, children, ...rest }) {
  const fill = () => {
    const fields = Object.entries(values).map(([id, value]) => {
      const field = document.getElementById(id);
      field.value = value;
      return field;
    });
    const empty = fields.find((field) => !field.value);
    (empty ?? fields[0]?.form?.querySelector("[type=submit]"))?.focus();
  };
  return h("button", { type: "button", ...rest, onClick: fill }, children);
}

/** A text field for a password, with a button that shows what was typed. */
export function PasswordInput({ showLabel, hideLabel, className, buttonClassName, showIcon, hideIcon, ...rest }) {
  const [shown, setShown] = useState(false);
  return h(
    "span",
    { className: "relative block" },
    h("input", { ...rest, className, type: shown ? "text" : "password", dir: "ltr" }),
    h(
      "button",
      { type: "button", className: buttonClassName, "aria-label": shown ? hideLabel : showLabel, "aria-pressed": shown, onClick: () => setShown(!shown) },
      shown ? hideIcon : showIcon,
    ),
  );
}

const NAMES = { en: "English", ar: "العربية", so: "Soomaali" };

/** The choice of language; tells the server too, because the websocket keeps the cookies it was opened with. */
export function LanguageSelect({ onChoose, ...rest }) {
  const t = useT();
  return h(
    "select",
    {
      ...rest,
      value: t.language,
      onChange: (event) => {
        const language = event.target.value;
        setLanguage(language).then(() => onChoose?.(language));
      },
    },
    LANGUAGES.map((code) => h("option", { key: code, value: code, lang: code }, NAMES[code])),
  );
}

/** One button that goes through light, dark, and as the system has it. */
export function ThemeButton({ labels, icons, ...rest }) {
  const { rawColorMode, setColorMode } = useContext(ColorModeContext);
  // The stored choice is known only in the browser: the first drawing must be the one of the build.
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const order = ["system", "light", "dark"];
  const mode = ready && order.includes(rawColorMode) ? rawColorMode : "system";
  const next = order[(order.indexOf(mode) + 1) % order.length];
  return h(
    "button",
    { type: "button", ...rest, "aria-label": labels[mode], title: labels[mode], onClick: () => setColorMode(next) },
    icons[order.indexOf(mode)],
  );
}

/** A disclosure that closes by Escape, by a click elsewhere and when something in it was chosen. */
export function Disclosure({ children, summary, summaryClassName, summaryLabel, ...rest }) {
  const box = useRef(null);
  useEffect(() => {
    const element = box.current;
    const close = (event) => {
      if (!element.open) return;
      if (event.type === "keydown") {
        if (event.key !== "Escape") return;
        event.preventDefault(); // it means this, and not what it means on the screen
        element.querySelector("summary").focus();
      } else if (element.contains(event.target) && !event.target.closest("a,[data-closes]")) return;
      element.open = false;
    };
    document.addEventListener("click", close);
    document.addEventListener("keydown", close, true);
    return () => {
      document.removeEventListener("click", close);
      document.removeEventListener("keydown", close, true);
    };
  }, []);
  return h(
    "details",
    { ...rest, ref: box },
    h("summary", { className: summaryClassName, "aria-label": summaryLabel }, summary),
    children,
  );
}

/** A button that folds the rail and remembers it on this device. */
export function RailButton({ labels, children, ...rest }) {
  const [folded, setFolded] = useState(false);
  const show = useCallback((value) => {
    setFolded(value);
    document.documentElement.toggleAttribute("data-rail-folded", value);
  }, []);
  useEffect(() => show(localStorage.getItem("rail") === "folded"), [show]);
  return h(
    "button",
    {
      type: "button",
      ...rest,
      "aria-expanded": !folded,
      "aria-label": folded ? labels[1] : labels[0],
      title: folded ? labels[1] : labels[0],
      onClick: () => {
        localStorage.setItem("rail", folded ? "open" : "folded");
        show(!folded);
      },
    },
    children,
  );
}

/** Draw the children only after a moment, so that what is quick never flashes a skeleton. */
export function After({ ms = 300, children }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return due ? children : null;
}

/** Draw the children when the connection has been lost for a moment; a short hiccup says nothing. */
export function WhileLost({ lost, children }) {
  return lost ? h(After, { ms: 1500 }, children) : null;
}

/** A notice that goes away by itself, and stays while the pointer or the focus is on it. */
export function Notice({ number, seconds = 6, onGone, children, ...rest }) {
  const held = useRef(false);
  const [gone, setGone] = useState(0);
  useEffect(() => {
    let left = seconds * 10;
    const timer = setInterval(() => {
      if (!held.current && --left <= 0) {
        setGone(number);
        clearInterval(timer);
      }
    }, 100);
    return () => clearInterval(timer);
  }, [number, seconds]);
  if (gone === number) return null;
  const hold = (value) => () => (held.current = value);
  return h(
    "div",
    { ...rest, onPointerEnter: hold(true), onPointerLeave: hold(false), onFocus: hold(true), onBlur: hold(false) },
    children,
    h("button", { type: "button", className: "notice-close", "aria-label": rest["aria-label"], onClick: () => setGone(number) }, "\u00d7"),
  );
}

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]),textarea,select,[contenteditable=true],[role=textbox],.monaco-editor";

/**
 * Shortcuts of a screen: {"j": handler, "mod+enter": handler}. Single keys never act while someone types or while a
 * dialog is open; those with Ctrl or Cmd act everywhere but where the field has its own use for them.
 */
export function Shortcuts({ keys, onKey, targets }) {
  useEffect(() => {
    const wanted = new Set(keys);
    const listen = (event) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const mod = event.ctrlKey || event.metaKey;
      const name = (mod ? "mod+" : "") + event.key.toLowerCase();
      if (!wanted.has(name)) return;
      if (!mod && (event.target.closest?.(TYPING) || document.querySelector("dialog[open],[role=dialog]"))) return;
      event.preventDefault();
      const target = targets?.[name] && document.querySelector(targets[name]);
      if (target?.matches(TYPING)) target.focus();
      else if (target) target.click();
      else onKey?.(name);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [keys, onKey, targets]);
  return null;
}

/** A button that copies a text and says so. */
export function CopyButton({ text, from, label, doneLabel, children, ...rest }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    const value = text ?? document.querySelector(from)?.innerText ?? "";
    await navigator.clipboard.writeText(value);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return h("button", { type: "button", ...rest, onClick: copy }, children, h("span", { "aria-live": "polite" }, done ? doneLabel : label));
}

/** The first link of a page: moves the focus past the navigation, which the router's own links do not. */
export function SkipLink({ children, ...rest }) {
  const skip = (event) => {
    event.preventDefault();
    const content = document.getElementById("content");
    content?.focus();
    content?.scrollIntoView();
  };
  return h("a", { ...rest, href: "#content", onClick: skip }, children);
}

/** What stands in the place of a page whose script failed. */
export function Failed() {
  const t = useT();
  return h(
    "main",
    { className: "plain-main", role: "alert" },
    h("h1", { className: "text-2xl font-semibold" }, t("This page could not be shown")),
    h("p", { className: "my-4" }, t("What you had saved is kept. Load the page again; if it does not help, tell whoever runs this site.")),
    h("button", { type: "button", className: "btn btn-primary", onClick: () => location.reload() }, t("Load again")),
  );
}
