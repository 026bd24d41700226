// The words of the page, in the language that was chosen or that the browser prefers.
import { kept } from "./elements.js";

export const LANGUAGES = { en: "English", de: "Deutsch" };

let words = {};
export let language = "en";

function preferred() {
  const chosen = kept.get("language");
  const wanted = [chosen, ...(navigator.languages ?? [])].map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? "en";
}

export async function loadTexts() {
  language = preferred();
  const answer = await fetch(`/page/texts/${language}.json`);
  words = await answer.json();
  document.documentElement.lang = language;
}

/// The text of a key, with values in the place of {name}.
export function text(key, values = {}) {
  const found = words[key];
  if (found === undefined) {
    throw new Error(`no text for ${key} in ${language}`);
  }
  return found.replace(/\{(\w+)\}/g, (all, name) =>
    Object.hasOwn(values, name) ? String(values[name]) : all);
}

/// Fills in the texts of a document: data-text, and data-label, data-hint and data-title.
export function translate(root) {
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
  const attributes = { label: "aria-label", hint: "placeholder", title: "title" };
  for (const [name, attribute] of Object.entries(attributes)) {
    for (const element of root.querySelectorAll(`[data-${name}]`)) {
      element.setAttribute(attribute, text(element.dataset[name]));
    }
  }
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  }).format(value);
}

/// Millionths of a unit of a currency, with as many digits as small amounts need,
/// and at least the fewest after the point.
export function money(micros, currency, fewest = 2) {
  const units = micros / 1e6;
  const digits = units >= 1 || units === 0
    ? 2
    : Math.min(6, Math.max(4, 1 - Math.floor(Math.log10(units))));
  return /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(language, {
      style: "currency", currency, minimumFractionDigits: fewest, maximumFractionDigits: digits,
    }).format(units)
    : number(units, digits);
}

export function bytes(value) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = value < 1 ? 0 : Math.min(4, Math.floor(Math.log(value) / Math.log(1000)));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumSignificantDigits: 3,
  }).format(value / 1000 ** power);
}

/// As 2.7 M or 8 B.
export function count(value) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 })
    .format(value);
}

export function date(time) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })
    .format(new Date(time));
}
