// The page's language in the browser: which one it is, its messages, and how numbers and dates are written in it.
// English is the key itself; /i18n/<language>.js fills globalThis.LMS_CATALOGUES before the page starts.
import { useSyncExternalStore } from "react";

export const LANGUAGES = ["en", "ar", "so"];
const RTL = new Set(["ar"]);
const catalogues = (globalThis.LMS_CATALOGUES ??= {});
const listeners = new Set();
const translators = {};
let current = firstLanguage();

function firstLanguage() {
  if (typeof document === "undefined") return globalThis.LMS_LANGUAGE ?? "en";
  const wanted = document.documentElement.lang;
  if (wanted === "en" || catalogues[wanted]) return wanted || "en";
  return "en";
}

// gettext's plural forms, written out because Intl does not know Somali everywhere.
function pluralIndex(language, n) {
  if (language !== "ar") return n === 1 ? 0 : 1;
  if (n <= 2 && Number.isInteger(n)) return n;
  const rest = n % 100;
  return rest >= 3 && rest <= 10 ? 3 : rest >= 11 ? 4 : 5;
}

// Chromium knows no Somali and would write dates in the language of the browser, so they are written here.
const SOMALI_MONTHS = ["Jannaayo", "Febraayo", "Maarso", "Abriil", "Maayo", "Juun", "Luulyo", "Ogosto", "Sebteembar", "Oktoobar", "Noofeembar", "Diseembar"];
const SOMALI_SHORT = ["Jan", "Feb", "Mar", "Abr", "May", "Jun", "Lul", "Ogs", "Seb", "Okt", "Nof", "Dis"];
const SOMALI_UNITS = {
  year: ["sannad", "sannadood"], month: ["bil", "bilood"], week: ["toddobaad", "toddobaad"],
  day: ["maalin", "maalmood"], hour: ["saacad", "saacadood"], minute: ["daqiiqad", "daqiiqadood"],
};

function somaliDate(date, style, timeStyle) {
  const [day, month, year] = [date.getDate(), date.getMonth(), date.getFullYear()];
  const short = style === "short" || style === "medium";
  const words = !style ? "" : short ? `${day}-${SOMALI_SHORT[month]}-${year}` : `${SOMALI_MONTHS[month]} ${day}, ${year}`;
  if (!timeStyle) return words;
  const time = `${date.getHours() % 12 || 12}:${String(date.getMinutes()).padStart(2, "0")} ${date.getHours() < 12 ? "GH" : "GD"}`;
  return words ? `${words} ee ${time}` : time;
}

function somaliRelative(count, unit) {
  const number = Math.abs(count);
  return `${number} ${SOMALI_UNITS[unit][number === 1 ? 0 : 1]} ${count > 0 ? "kadib" : "kahor"}`;
}

function translator(language) {
  // Without a prototype: a text such as "constructor" is no message.
  const messages = Object.assign(Object.create(null), catalogues[language]);
  // Latin digits in every language: they are what code, marks and formulas on the same page use.
  // Somali groups numbers and writes percents and units as English does.
  const locale = `${language === "so" ? "en" : language}-u-nu-latn`;
  // The browser's first formatter takes a slow processor 80 ms, and most numbers are written the same without one.
  let format;
  const number = (value) =>
    Number.isInteger(value) && value >= 0 && value < 1000
      ? String(value)
      : (format ??= new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })).format(value);
  const shown = (value) => {
    if (typeof value === "number") return number(value);
    // A name in another script keeps its own direction inside the sentence.
    return RTL.has(language) ? `\u2068${value ?? ""}\u2069` : String(value ?? "");
  };
  const fill = (text, params) =>
    params ? text.replace(/\{(\w+)\}/g, (all, name) => (name in params ? shown(params[name]) : all)) : text;

  function t(id, params, plural) {
    const found = messages[id];
    if (plural === undefined) return fill(found || id.slice(id.indexOf("\u0004") + 1), params);
    const n = Math.abs(Number(params?.n) || 0);
    const forms = Array.isArray(found) ? found : [id, plural];
    return fill(forms[found ? pluralIndex(language, n) : n === 1 ? 0 : 1] || plural, params);
  }
  t.language = language;
  t.direction = RTL.has(language) ? "rtl" : "ltr";
  t.number = (value) => number(value ?? 0);
  t.percent = (value) =>
    new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(value ?? 0);
  t.unit = (value, unit) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(value ?? 0);
  t.date = (value, style = "medium", timeStyle) => {
    const date = value ? new Date(value) : null;
    if (!date || Number.isNaN(date.getTime())) return "";
    if (language === "so") return somaliDate(date, style, timeStyle);
    return new Intl.DateTimeFormat(locale, { dateStyle: style || undefined, timeStyle }).format(date);
  };
  t.relative = (value) => {
    const seconds = (new Date(value).getTime() - Date.now()) / 1000;
    if (Number.isNaN(seconds)) return "";
    const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    const told = (count, unit) => (language === "so" ? somaliRelative(count, unit) : format.format(count, unit));
    for (const [unit, size] of [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600]])
      if (Math.abs(seconds) >= size) return told(Math.trunc(seconds / size), unit);
    return told(Math.trunc(seconds / 60), "minute");
  };
  return t;
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const snapshot = () => (translators[current] ??= translator(current));

/** The translator of the page's language; a new one after a switch, so that everything drawn with it is drawn again. */
export function useT() {
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

/** The same outside of a component. */
export const translate = (...args) => snapshot()(...args);

function load(language) {
  if (language === "en" || catalogues[language]) return Promise.resolve();
  const known = document.querySelector('meta[name="catalogues"]')?.content;
  const src = known ? JSON.parse(known)[language] : `/i18n/${language}.js`;
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

function apply(language) {
  current = language;
  document.documentElement.lang = language;
  document.documentElement.dir = RTL.has(language) ? "rtl" : "ltr";
  listeners.forEach((listener) => listener());
}

/** Switch the page without a reload, and remember it for the next visit. */
export async function setLanguage(language) {
  if (!LANGUAGES.includes(language)) return;
  await load(language);
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `lang=${language}; path=/; max-age=31536000; samesite=lax${secure}`;
  apply(language);
}

// Under the development server one HTML serves every language: follow the cookie after the start.
if (typeof document !== "undefined" && !document.querySelector('meta[name="catalogues"]')) {
  const wanted = document.cookie.match(/(?:^|; )lang=(\w+)/)?.[1];
  if (LANGUAGES.includes(wanted) && wanted !== current) load(wanted).then(() => apply(wanted), () => {});
}
