// The question box of the tutor: what is typed stays in the browser until the server has it.
import { createElement as h, useEffect, useRef, useState } from "react";

const key = (lesson) => `question:${lesson}`;

// One for each question, kept until the server has it: what is sent again after a lost connection is asked once.
// crypto.randomUUID is missing where the page comes without TLS.
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Enter sends, Shift+Enter makes a new line; the text is kept over a reload and goes away only when it was `taken`. */
export function QuestionBox({ lesson, taken, disabled, label, placeholder, sendLabel, sendIcon, onSend, onChange, ...rest }) {
  const [text, setText] = useState("");
  const before = useRef(taken);
  const sent = useRef({ text: "", key: "" });
  useEffect(() => setText(sessionStorage.getItem(key(lesson)) ?? ""), [lesson]);
  useEffect(() => {
    if (taken === before.current) return;
    before.current = taken;
    sent.current = { text: "", key: "" };
    sessionStorage.removeItem(key(lesson));
    setText("");
  }, [taken]);
  const send = (event) => {
    event?.preventDefault();
    const asked = text.trim();
    if (!asked || disabled) return;
    if (sent.current.text !== asked) sent.current = { text: asked, key: newKey() };
    onSend?.(asked, sent.current.key);
  };
  return h(
    "form",
    { ...rest, onSubmit: send },
    h("textarea", {
      className: "control question-text",
      rows: 1,
      maxLength: 4000,
      value: text,
      placeholder,
      dir: "auto",
      "aria-label": label,
      onChange: (event) => {
        setText(event.target.value);
        sessionStorage.setItem(key(lesson), event.target.value);
      },
      onKeyDown: (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
      },
    }),
    h("button", { type: "submit", className: "btn btn-primary btn-square", disabled: disabled || !text.trim(), "aria-label": sendLabel, title: sendLabel }, sendIcon),
  );
}

/** Keeps the newest words in sight while they come, unless the reader has scrolled up. */
export function StickToEnd({ mark, children, ...rest }) {
  const box = useRef(null);
  const held = useRef(true);
  useEffect(() => {
    const element = box.current;
    const look = () => (held.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80);
    element.addEventListener("scroll", look, { passive: true });
    const follow = new MutationObserver(() => held.current && element.scrollTo(0, element.scrollHeight));
    follow.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      element.removeEventListener("scroll", look);
      follow.disconnect();
    };
  }, []);
  useEffect(() => {
    held.current = true;
    box.current.scrollTo(0, box.current.scrollHeight);
  }, [mark]);
  return h("div", { ...rest, ref: box, tabIndex: 0 }, children);
}
