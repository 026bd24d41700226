// A plot of one or two series over time, as a figure with the latest values in words.
import { make } from "./elements.js";
import { number } from "./texts.js";

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 100;

/// An element of an image.
export function drawn(tag, attributes) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  return element;
}

/// Keeps the last values and draws them from left to right on a scale from zero.
export class Plot {
  #most;
  #series;
  #lines;
  #now = make("output");
  #top = make("span");
  #digits;
  #sums;

  /// names: of the series where there are two; most: values that are kept; ends: what the first and
  /// the last of them stand for; sums: tell the sum of the values in words, and not the latest
  constructor(title, { names = [""], most = 150, digits = 0, ends = [], sums = false } = {}) {
    this.#most = most;
    this.#digits = digits;
    this.#sums = sums;
    this.#series = names.map((name) => ({ name, values: [] }));
    this.#lines = names.map((name, i) =>
      drawn("polyline", { class: i === 0 ? "line" : "line second" }));
    const area = drawn("svg", {
      viewBox: `0 -2 ${WIDTH} ${HEIGHT + 4}`, preserveAspectRatio: "none", "aria-hidden": "true",
    });
    area.append(drawn("path", { class: "axis", d: `M0 ${HEIGHT}H${WIDTH}M0 0H${WIDTH}` }));
    area.append(...this.#lines);
    this.element = make(
      "figure", { class: "plot" },
      make("figcaption", {}, title, this.#now),
      area,
      make("div", { class: "range", "aria-hidden": "true" }, this.#top),
      ends.length === 0 ? undefined : make(
        "div", { class: "range" }, ...ends.map((end) => make("span", {}, end))));
  }

  add(...values) {
    this.#series.forEach((series, i) => {
      series.values.push(values[i]);
      series.values.splice(0, series.values.length - this.#most);
    });
    const highest = Math.max(this.#sums ? 1e-6 : 1, ...this.#series.flatMap((series) => series.values));
    const top = roundUp(highest);
    this.#series.forEach((series, i) => {
      const points = series.values.map((value, at) => {
        const x = WIDTH - (series.values.length - 1 - at) * (WIDTH / (this.#most - 1));
        return `${x.toFixed(1)},${(HEIGHT - (HEIGHT * value) / top).toFixed(1)}`;
      });
      this.#lines[i].setAttribute("points", points.join(" "));
    });
    this.#top.textContent = `0 – ${number(top, top < 1 ? 4 : 0)}`;
    this.#now.textContent = this.#series
      .map(({ name, values: all }) => {
        const value = this.#sums ? all.reduce((sum, one) => sum + one, 0) : all.at(-1);
        return `${number(value, this.#digits)} ${name}`.trim();
      })
      .join(", ");
  }
}

/// The next of 1, 2, 5, 10, 20, 50, ...
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}
