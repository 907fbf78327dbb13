// What the editor does with whole texts: telling them apart, and putting a formatted one in as one step.

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** What tells one text from another, as mark_of in services/coding/files.py. */
export function markOf(text) {
  const data = new TextEncoder().encode(text);
  let sum = 0xffffffff;
  for (const byte of data) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  return `${data.length.toString(16)}-${((sum ^ 0xffffffff) >>> 0).toString(16)}`;
}

const lines = (text) => text.split(/\r\n|\r|\n/);
const indent = (line) => /^\s*/.exec(line)[0].length;
const bare = (line) => line.replace(/\s+/g, "").replaceAll("'", '"').replace(/,$/, "");

/** Which of the new lines says the same as this one of the old, and is the nearest to it; -1: none. */
function sameLine(before, after, line) {
  const said = bare(before[line]);
  if (!said) return -1;
  const same = after.map((each, at) => (bare(each) === said ? at : -1)).filter((at) => at >= 0);
  return same.reduce((best, at) => (best < 0 || Math.abs(at - line) < Math.abs(best - line) ? at : best), -1);
}

/**
 * Where the cursor belongs in the new lines: at the one that says the same, else as many lines with words below the next
 * above that does. Counted from 0.
 */
export function placeIn(before, after, line, column) {
  let found = -1;
  let below = 0;
  for (let at = line; at >= 0; at--) {
    found = sameLine(before, after, at);
    if (found >= 0) break;
    if (bare(before[at])) below++;
  }
  while (below > 0 && found < after.length - 1) if (bare(after[++found])) below--;
  found = Math.max(0, found);
  const moved = column + indent(after[found]) - indent(before[line]);
  return [found, Math.max(0, Math.min(moved, after[found].length))];
}

/** Put a text into Monaco in one step, which one undo takes back; only the lines between the first and last that differ. */
export function replaceInMonaco(editor, text) {
  const model = editor.getModel();
  const before = model.getLinesContent();
  const after = lines(text);
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least - 1 && before[start] === after[start]) start++;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const last = before.length - end;
  const range = {
    startLineNumber: start + 1,
    startColumn: 1,
    endLineNumber: end ? last + 1 : last,
    endColumn: end ? 1 : model.getLineMaxColumn(last),
  };
  const piece = after.slice(start, after.length - end);
  const at = editor.getPosition();
  const [line, column] = placeIn(before, after, at.lineNumber - 1, at.column - 1);
  editor.pushUndoStop();
  editor.executeEdits("format", [{ range, text: end ? piece.map((each) => `${each}\n`).join("") : piece.join("\n") }]);
  editor.pushUndoStop();
  editor.setPosition({ lineNumber: line + 1, column: column + 1 });
  editor.revealPositionInCenterIfOutsideViewport(editor.getPosition());
}

/** The same for the plain box, where only a piece can be undone and not the whole text. execCommand is old, but the only way that keeps the browser's own undo. */
export function replaceInBox(area, text) {
  const before = lines(area.value.slice(0, area.selectionStart));
  const all = lines(area.value);
  const after = lines(text);
  const [line, column] = placeIn(all, after, before.length - 1, before.at(-1).length);
  const old = area.value;
  const least = Math.min(old.length, text.length);
  let start = 0;
  while (start < least && old[start] === text[start]) start++;
  let end = 0;
  while (end < least - start && old.at(-1 - end) === text.at(-1 - end)) end++;
  const piece = text.slice(start, text.length - end);
  area.focus();
  area.setSelectionRange(start, old.length - end);
  document.execCommand(piece ? "insertText" : "delete", false, piece);
  const at = after.slice(0, line).reduce((sum, each) => sum + each.length + 1, column);
  area.setSelectionRange(at, at);
}
