// A plot of what models score against what they cost, as a figure with a key to its marks.
import { make } from "./elements.js";
import { drawn } from "./plot.js";
import { text } from "./texts.js";

const WIDTH = 300;
const HEIGHT = 100;

// Shares of the width: marks stay clear of the edges, and costs that no scale holds have a place.
const MARGIN = 0.05;
const ASIDE = 0.16;

/// Draws scores from 0 to 1 with their intervals over costs on a scale of powers of ten.
///
/// Nothing has no place on such a scale: what costs nothing stands left of it, and what nobody
/// knows the cost of right of it, each under its name.
export class Scatter {
  #area = drawn("svg", {
    viewBox: `0 -2 ${WIDTH} ${HEIGHT + 4}`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  #field;
  #below = make("div", { class: "ticks", "aria-hidden": "true" });
  #key = make("ol", { class: "key-of-marks" });

  /// points: with name, score, low and high, cost, which is undefined where nobody knows it, and
  /// told, what they are in words; amount: tells a cost in words
  constructor(title, points, amount) {
    this.#field = make("div", { class: "field" }, this.#area);
    this.element = make(
      "figure", { class: "plot scatter" },
      make("figcaption", {}, title),
      make("div", { class: "range", "aria-hidden": "true" }, text("usageScoreRange")),
      this.#field, this.#below, this.#key);
    const scale = new Scale(points.map((point) => point.cost));
    this.#frame(scale, amount);
    points.forEach((point, i) => this.#mark(point, String(i + 1), scale.place(point.cost, i, points)));
  }

  #frame(scale, amount) {
    const half = HEIGHT / 2;
    this.#area.append(drawn("path", {
      class: "axis", d: `M0 ${HEIGHT}H${WIDTH}M0 ${half}H${WIDTH}M0 0H${WIDTH}`,
    }));
    for (const border of scale.borders) {
      this.#area.append(drawn("path", { class: "border", d: `M${border * WIDTH} 0V${HEIGHT}` }));
    }
    for (const { at, cost } of scale.ticks) {
      this.#area.append(drawn("path", { class: "axis", d: `M${at * WIDTH} 0V${HEIGHT}` }));
      this.#tick(at, amount(cost));
    }
    if (scale.nothing !== undefined) {
      this.#tick(scale.nothing, text("usageFree"), "aside");
    }
    if (scale.unknown !== undefined) {
      this.#tick(scale.unknown, text("usageUnknown"), "aside");
    }
  }

  #tick(at, told, row) {
    const label = make("span", { class: row }, told);
    label.style.left = `${(100 * at).toFixed(2)}%`;
    this.#below.append(label);
  }

  /// A dot is a line without length, which keeps its shape however the image is stretched.
  #mark({ name, score, low, high, told }, sign, at) {
    const x = (WIDTH * at).toFixed(1);
    const y = (share) => (HEIGHT * (1 - share)).toFixed(1);
    this.#area.append(
      drawn("path", { class: "interval", d: `M${x} ${y(high)}V${y(low)}` }),
      drawn("path", { class: "dot", d: `M${x} ${y(score)}h0` }));
    const label = make("span", { class: "sign", title: `${name}: ${told}`, "aria-hidden": "true" }, sign);
    label.style.left = `${(100 * at).toFixed(2)}%`;
    label.style.top = `${((100 * (2 + HEIGHT * (1 - score))) / (HEIGHT + 4)).toFixed(2)}%`;
    this.#field.append(label);
    this.#key.append(make("li", {}, name, make("span", {}, told)));
  }
}

/// Where costs stand, from 0 at the left to 1.
class Scale {
  #least;
  #most;
  #left;
  #right;
  #aside;
  ticks = [];
  borders = [];

  constructor(costs) {
    const priced = costs.filter((cost) => cost > 0);
    const isWide = priced.length > 0;
    const hasNothing = costs.includes(0);
    const hasUnknown = costs.includes(undefined);
    this.#left = hasNothing && isWide ? ASIDE : 0;
    this.#right = hasUnknown && isWide ? 1 - ASIDE : 1;
    if (isWide) {
      this.#least = Math.floor(Math.log10(Math.min(...priced)) + 1e-9);
      this.#most = Math.max(this.#least + 1, Math.ceil(Math.log10(Math.max(...priced)) - 1e-9));
      this.#addTicks();
      this.borders = [this.#left, this.#right].filter((at) => at > 0 && at < 1);
    }
    this.#aside = isWide ? ASIDE : hasNothing && hasUnknown ? 0.5 : 1;
    this.nothing = hasNothing ? this.#aside / 2 : undefined;
    this.unknown = hasUnknown ? 1 - this.#aside / 2 : undefined;
  }

  /// At most five, so that their labels have room.
  #addTicks() {
    const step = Math.ceil((this.#most - this.#least) / 4);
    for (let power = this.#least; power <= this.#most; power += step) {
      this.ticks.push({ at: this.#at(power), cost: 10 ** power });
    }
  }

  #at(power) {
    const share = (power - this.#least) / (this.#most - this.#least);
    return this.#left + (this.#right - this.#left) * (MARGIN + (1 - 2 * MARGIN) * share);
  }

  /// Those without a place of their own stand side by side, in their order.
  place(cost, i, points) {
    if (cost > 0) {
      return this.#at(Math.log10(cost));
    }
    const same = points.map((point, at) => (point.cost === cost ? at : -1)).filter((at) => at >= 0);
    const column = cost === 0 ? this.nothing : this.unknown;
    return column + this.#aside * 0.8 * ((same.indexOf(i) + 0.5) / same.length - 0.5);
  }
}
