// A picture for what has none: a pattern drawn from a word, always the same for the same word.
import { createElement as h, useMemo } from "react";

const TILE = 10;
const HUES = 5;

/** Numbers from 0 to 1 that depend on the word alone (FNV-1a, then mulberry32). */
function numbers(word) {
  let seed = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) seed = Math.imul(seed ^ word.charCodeAt(i), 0x01000193);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

// A quarter of a disc with its centre in one of the four corners of the tile.
function quarter(x, y, corner, r = TILE) {
  const left = corner === 0 || corner === 3;
  const top = corner < 2;
  const cx = left ? x : x + TILE;
  const cy = top ? y : y + TILE;
  const sy = top ? r : -r;
  return `M${cx} ${cy}h${left ? r : -r}A${r} ${r} 0 0 ${left === top ? 1 : 0} ${cx} ${cy + sy}z`;
}

function half(x, y, side) {
  if (side === 0) return `M${x} ${y}a5 5 0 0 0 10 0z`;
  if (side === 1) return `M${x} ${y + TILE}a5 5 0 0 1 10 0z`;
  return side === 2 ? `M${x} ${y}a5 5 0 0 1 0 10z` : `M${x + TILE} ${y}a5 5 0 0 0 0 10z`;
}

const SHAPES = [
  (x, y, next) => quarter(x, y, Math.floor(next() * 4)),
  (x, y, next) => half(x, y, Math.floor(next() * 4)),
  (x, y) => circle(x + 5, y + 5, 5),
  (x, y, next) => (next() < 0.5 ? `M${x} ${y}h10l-10 10z` : `M${x} ${y}h10v10z`),
  (x, y) => `M${x} ${y}h10v10h-10z`,
  (x, y) => circle(x + 5, y + 5, 2.2),
  (x, y) => [1, 4.2, 7.4].map((down) => `M${x} ${y + down}h10v1.6h-10z`).join(""),
];

/** The hue and the two layers of a word's pattern. A word uses only some of the shapes, so that it has a hand of its own. */
function pattern(word, columns, rows) {
  const next = numbers(word);
  const hue = Math.floor(next() * HUES);
  const hand = [0, ...SHAPES.keys()].filter((shape, place) => place < 2 || next() < 0.42);
  const layers = ["", ""];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      if (next() < 0.2) continue;
      const x = column * TILE;
      const y = row * TILE;
      const layer = next() < 0.62 ? 0 : 1;
      layers[layer] += SHAPES[hand[Math.floor(next() * hand.length)]](x, y, next);
      if (layer === 0 && next() < 0.3) layers[1] += quarter(x, y, Math.floor(next() * 4), 5);
    }
  return { hue, layers };
}

/** The picture fills its box and says nothing to a screen reader. */
export function Cover({ word, columns = 8, rows = 4, className = "", ...rest }) {
  const { hue, layers } = useMemo(() => pattern(String(word ?? ""), columns, rows), [word, columns, rows]);
  return h(
    "svg",
    {
      ...rest,
      className: `cover ${className}`,
      "data-hue": hue,
      viewBox: `0 0 ${columns * TILE} ${rows * TILE}`,
      preserveAspectRatio: "xMidYMid slice",
      "aria-hidden": true,
      focusable: "false",
    },
    h("path", { className: "cover-back", d: layers[0] }),
    h("path", { className: "cover-front", d: layers[1] }),
  );
}
