// A choice that narrows a list: it shows what was chosen at once, and then what the server made of it.
import { createElement as h, useEffect, useState } from "react";

/** `options` are pairs of value and words. */
export function FilterSelect({ value, options, onChoose, ...rest }) {
  const [chosen, setChosen] = useState(value);
  useEffect(() => setChosen(value), [value, options]);
  return h(
    "select",
    {
      ...rest,
      value: chosen,
      onChange: (event) => {
        setChosen(event.target.value);
        onChoose?.(event.target.value);
      },
    },
    options.map(([each, words]) => h("option", { key: each, value: each }, words)),
  );
}
