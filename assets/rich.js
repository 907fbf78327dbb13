// People's text as the server made it safe: adds Copy to code, titles to callouts, formulas, and links without a reload.
import { createElement as h, useEffect, useMemo, useRef } from "react";
import { useNavigate } from "react-router";
import { useT } from "$/public/i18n.js";

const TITLES = { note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution", advanced: "Going further" };

function dressed(html, t, copyLabel) {
  return html
    // A callout runs as the text around it does; its title, in the reader's language, does not decide for it.
    .replace(/<aside class="callout[^>]*data-callout="(\w+)"[^>]*>/g, (open, kind) => `${open.replace(' dir="auto"', "")}<p class="callout-title">${t(TITLES[kind] ?? "Note")}</p>`)
    .replace(/<div class="code"[^>]*>/g, (open) => `${open}<button type="button" class="code-copy">${copyLabel}</button>`);
}

async function setFormulas(box) {
  const places = box.querySelectorAll(".math:not([data-set])");
  if (!places.length) return;
  const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  for (const place of places) {
    const tex = place.textContent;
    place.dataset.set = "";
    katex.render(tex, place, { displayMode: place.classList.contains("block"), throwOnError: false, trust: false, maxSize: 20, maxExpand: 200 });
  }
}

export function RichText({ html, copyLabel, copiedLabel, className, ...rest }) {
  const t = useT();
  const box = useRef(null);
  const navigate = useNavigate();
  const shown = useMemo(() => ({ __html: dressed(html ?? "", t, copyLabel) }), [html, t, copyLabel]);
  useEffect(() => {
    if (box.current) setFormulas(box.current);
  }, [shown]);
  const onClick = async (event) => {
    const button = event.target.closest(".code-copy");
    if (button) {
      await navigator.clipboard.writeText(button.parentElement.querySelector("pre").innerText);
      button.textContent = copiedLabel;
      setTimeout(() => (button.textContent = copyLabel), 2000);
      return;
    }
    const link = event.target.closest("a[href^='/']");
    const plainClick = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plainClick && !link.target && !link.pathname.startsWith("/api/") && !link.pathname.startsWith("/files/")) {
      event.preventDefault();
      navigate(link.pathname + link.search + link.hash);
    }
  };
  return h("div", { ...rest, ref: box, className: `prose ${className ?? ""}`, onClick, dangerouslySetInnerHTML: shown });
}
