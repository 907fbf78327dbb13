// Keeps what is searched for in the address, so that Back, a reload, a copied link and a lost connection lead to the
// same list.
import { useEffect, useRef } from "react";

const write = (query) => history.replaceState(history.state, "", location.pathname + (query ? `?${query}` : ""));

/**
 * Writes `query` behind the path when it changes. Not when it is first drawn: then the address is what is right.
 *
 * What is typed in the box with the id `box`, if there is one, goes into the address as its `q` at once: after a lost
 * connection the server is asked for what the address says. Each `drawn` brings a `text` into the box, but never over
 * the hand of somebody who is typing.
 */
export function AddressQuery({ query, box, text, drawn }) {
  const before = useRef(query);
  useEffect(() => {
    if (before.current === query) return;
    before.current = query;
    write(query);
  }, [query]);
  useEffect(() => {
    const typed = ({ target }) => {
      if (!box || target.id !== box) return;
      const asked = new URLSearchParams(location.search);
      const words = target.value.trim();
      if (words) asked.set("q", words);
      else asked.delete("q");
      write(asked.toString());
    };
    addEventListener("input", typed);
    return () => removeEventListener("input", typed);
  }, [box]);
  useEffect(() => {
    const field = document.getElementById(box);
    if (field && field !== document.activeElement) field.value = text;
  }, [drawn]);
  return null;
}
