// Where the reader is and how long they really read: watched in the browser, told to the server now and then.
import { useEffect, useRef } from "react";

const IDLE_AFTER = 60000;
const BEAT = 30000;
const AWAY = 1000;

/**
 * Watches the elements with `data-block` inside the scrolling ancestor. Tells `onPlace(key)` when the reader has stayed
 * at another block for two seconds, and `onTime(seconds)` every half minute of reading with nobody idle or away.
 * `onReturn()` says that this tab is looked at again after another one. On a new `lesson` it goes to the block of the address, else to `resume`, else to the top.
 */
export function ReadingWatch({ lesson, resume, onPlace, onTime, onReturn }) {
  const told = useRef({});
  told.current = { onPlace, onTime, onReturn };

  useEffect(() => {
    let left = 0;
    const look = () => {
      if (document.visibilityState === "hidden") left = Date.now();
      else if (left && Date.now() - left > AWAY) told.current.onReturn?.();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);

  useEffect(() => {
    if (!lesson) return;
    const wanted = decodeURIComponent(location.hash.slice(1)) || resume;
    const target = wanted && document.getElementById(wanted);
    const box = document.getElementById("lesson-scroll");
    if (target) {
      target.scrollIntoView({ block: "start" });
      if (location.hash) light(target);
    } else if (box) box.closest(".split-pane")?.scrollTo(0, 0);
  }, [lesson]);

  useEffect(() => {
    const follow = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target) return;
      target.scrollIntoView({ block: "start", behavior: "smooth" });
      light(target);
    };
    // What was searched for is marked where the hit leads; any other way leads there without marks.
    const remember = (event) => {
      const link = event.target.closest?.("a[href*='#']");
      if (link) sought = [...link.querySelectorAll("mark")].map((mark) => mark.textContent.toLowerCase());
    };
    // The router changes the address without a hashchange event, so a press on a link is looked at too.
    const press = (event) => {
      const link = event.target.closest?.("a[href*='#']");
      if (!link || link.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      history.replaceState(history.state, "", link.hash);
      follow();
    };
    document.addEventListener("click", remember, true);
    document.addEventListener("click", press, true);
    addEventListener("hashchange", follow);
    return () => {
      document.removeEventListener("click", remember, true);
      document.removeEventListener("click", press, true);
      removeEventListener("hashchange", follow);
    };
  }, []);

  useEffect(() => {
    if (!lesson) return;
    let active = Date.now();
    let read = 0;
    let place = "";
    let settled;
    const wake = () => (active = Date.now());
    const events = ["pointermove", "pointerdown", "keydown", "scroll", "wheel", "touchstart"];
    events.forEach((name) => document.addEventListener(name, wake, { passive: true, capture: true }));
    const beat = setInterval(() => {
      if (document.visibilityState === "visible" && Date.now() - active < IDLE_AFTER) read += 1;
      if (read * 1000 >= BEAT) {
        told.current.onTime?.(read);
        read = 0;
      }
    }, 1000);
    const seen = new Map();
    const watcher = new IntersectionObserver(
      (entries) => {
        entries.forEach((entry) => seen.set(entry.target.dataset.block, entry.isIntersecting ? entry.boundingClientRect.top : null));
        const visible = [...seen].filter(([, top]) => top !== null).sort((a, b) => a[1] - b[1]);
        const next = visible[0]?.[0];
        if (!next || next === place) return;
        clearTimeout(settled);
        settled = setTimeout(() => {
          place = next;
          told.current.onPlace?.(next);
        }, 2000);
      },
      { rootMargin: "0px 0px -40% 0px" },
    );
    const found = new Set();
    const look = () =>
      document.querySelectorAll("[data-block]").forEach((element) => {
        if (!found.has(element)) found.add(element), watcher.observe(element);
      });
    look();
    return () => {
      events.forEach((name) => document.removeEventListener(name, wake, { capture: true }));
      clearInterval(beat);
      clearTimeout(settled);
      watcher.disconnect();
    };
  }, [lesson]);
  return null;
}

let sought = [];

function markSought(element) {
  if (!CSS.highlights) return;
  const found = new Highlight();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.data.toLowerCase();
    if (text.length !== node.length) continue; // a letter whose small form is longer: places would not fit
    for (const word of sought)
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
        found.add(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + word.length }));
  }
  CSS.highlights.set("found", found);
}

function light(element) {
  markSought(element);
  element.classList.remove("lit");
  void element.offsetWidth;
  element.classList.add("lit");
}
