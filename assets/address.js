// Keeps what is searched for in the address, so that Back, a reload and a copied link lead to the same list.
import { useEffect, useRef } from "react";

/** Writes `query` behind the path when it changes. Not when it is first drawn: then the address is what is right. */
export function AddressQuery({ query }) {
  const before = useRef(query);
  useEffect(() => {
    if (before.current === query) return;
    before.current = query;
    history.replaceState(history.state, "", location.pathname + (query ? `?${query}` : ""));
  }, [query]);
  return null;
}
