// Vim's keys, fetched only by who has chosen them. By its path, because to browsers the package names another file, which
// brings a part of an older Monaco along.
import { VimMode, initVimMode } from "$/node_modules/monaco-vim/dist/index.mjs";

const savers = new WeakMap();
VimMode.Vim.defineEx("write", "w", (vim) => savers.get(vim.editor)?.());

/** Let an editor take Vim's keys, and show the mode in `line`; returns what ends it. */
export function start(editor, line, label, save) {
  savers.set(editor, save);
  const vim = initVimMode(editor, line);
  line.firstChild.setAttribute("aria-live", "polite");
  // The field for commands comes without a name.
  const name = new MutationObserver(() => line.querySelector("input")?.setAttribute("aria-label", label));
  name.observe(line, { childList: true, subtree: true });
  return () => {
    name.disconnect();
    vim.dispose();
    line.replaceChildren();
  };
}
