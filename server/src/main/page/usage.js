// The page that shows what requests took: money, tokens, energy, and what failovers saved.
import { ApiError, setKey, usage } from "./api.js";
import { find, make } from "./elements.js";
import { problemText } from "./message.js";
import { Plot } from "./plot.js";
import { Scatter } from "./scatter.js";
import { count, loadTexts, money, number, text, translate } from "./texts.js";

function sum(amounts) {
  return Object.values(amounts).reduce((all, one) => all + one, 0);
}

function spent(row) {
  const known = Object.entries(row.cost_micros).map(([currency, micros]) => money(micros, currency));
  if (row.unpriced_requests > 0) {
    known.push(text("usageUnknown"));
  }
  return known.length === 0 ? number(0) : known.join(" + ");
}

function energy(row) {
  const joules = sum(row.millijoules) / 1000;
  if (joules === 0) {
    return "–";
  }
  const amount = joules < 1e3
    ? text("usageJoules", { amount: number(joules, joules < 100 ? 1 : 0) })
    : joules < 1e6
      ? text("usageKilojoules", { amount: number(joules / 1e3, 1) })
      : text("usageKilowattHours", { amount: number(joules / 3.6e6, 3) });
  return (row.millijoules.estimate === undefined ? "" : "~") + amount;
}

function latency(of) {
  if (of === undefined) {
    return "–";
  }
  const seconds = (micros) => number(micros / 1e6, micros < 1e7 ? 2 : 0);
  return text("usageSeconds", { half: seconds(of.p50), most: seconds(of.p95) });
}

function percent(part, whole) {
  return whole === 0 ? "–" : `${number((100 * part) / whole, 0)} %`;
}

function showSums(total) {
  const sums = [
    ["usageRequests", number(total.requests)],
    ["usageOk", percent(total.ok, total.requests)],
    ["usageCost", spent(total)],
    ["usageTokens", count(total.prompt_tokens + total.completion_tokens)],
    ["usageCached", percent(total.cached_tokens, total.prompt_tokens)],
    ["usageWhole", latency(total.whole_micros)],
    ["usageEnergy", energy(total)],
    ["usageSaved", number(total.saved_by_failover)],
  ];
  find("sums").replaceChildren(...sums.map(([name, value]) =>
    make("div", {}, make("dt", {}, text(name)), make("dd", {}, value))));
}

function showCaveats({ total, unrecorded }) {
  const told = [];
  const failures = Object.entries(total.outcomes).filter(([outcome]) => outcome !== "ok");
  if (failures.length > 0) {
    const list = failures.map(([outcome, times]) => `${number(times)} ${outcome}`).join(", ");
    told.push(text("usageFailures", { list }));
  }
  if (total.unpriced_requests > 0) {
    told.push(text("usageUnpriced", { count: number(total.unpriced_requests) }));
  }
  if (total.unsettled_requests > 0) {
    told.push(text("usageUnsettled", { count: number(total.unsettled_requests) }));
  }
  if (total.millijoules.estimate !== undefined) {
    told.push(text("usageEstimate"));
  }
  if (unrecorded > 0) {
    told.push(text("usageUnrecorded", { count: number(unrecorded) }));
  }
  find("caveats").textContent = told.join(" ");
}

/// Plots over days; a day without requests is nothing. A plot without any value is left out.
function showPlots(rows, days) {
  const named = new Map(rows.map((row) => [row.name, row]));
  const ends = [days.at(0), days.at(-1)];
  const currencies = [...new Set(rows.flatMap((row) => Object.keys(row.cost_micros)))];
  const total = (value) => rows.reduce((all, row) => all + value(row), 0);
  const spentIn = (currency) => (row) => (row.cost_micros[currency] ?? 0) / 1e6;
  const [joules, energyName] = total((row) => sum(row.millijoules)) < 1e7
    ? [1e3, "usageEnergyInJoules"]
    : [1e6, "usageEnergyIn"];
  const plots = [
    ...currencies.map((currency) => [
      text("usageCostIn", { currency }), [""], total(spentIn(currency)) < 1 ? 4 : 2,
      (row) => [spentIn(currency)(row)],
    ]),
    [text("usageTokens"), [text("usagePrompt"), text("usageAnswer")], 0,
      (row) => [row.prompt_tokens, row.completion_tokens]],
    [text("usageRequests"), [text("usageOk"), text("usageNotOk")], 0,
      (row) => [row.ok, row.requests - row.ok]],
    [text(energyName), [""], 1, (row) => [sum(row.millijoules) / joules]],
    [text("usageSaved"), [""], 0, (row) => [row.saved_by_failover]],
  ];
  find("plots").replaceChildren();
  for (const [title, names, digits, values] of plots) {
    if (rows.every((row) => values(row).every((value) => value === 0))) {
      continue;
    }
    const plot = new Plot(title, { names, digits, most: Math.max(2, days.length), ends, sums: true });
    for (const day of days) {
      const row = named.get(day);
      plot.add(...(row === undefined ? names.map(() => 0) : values(row)));
    }
    find("plots").append(plot.element);
  }
}

function groupRow(row) {
  return make(
    "tr", {},
    make("th", { scope: "row" }, row.name === "" ? text("usageNone") : row.name),
    ...[
      number(row.requests),
      number(row.ok),
      count(row.prompt_tokens),
      percent(row.cached_tokens, row.prompt_tokens),
      count(row.completion_tokens),
      spent(row),
      latency(row.first_token_micros),
      latency(row.whole_micros),
      energy(row),
    ].map((value) => make("td", {}, value)));
}

function showFailovers(failovers) {
  find("failovers-section").hidden = failovers.length === 0;
  find("failovers").replaceChildren(...failovers.map((one) =>
    make(
      "tr", {},
      make("th", { scope: "row" }, one.failed),
      ...[one.failure, one.served, number(one.requests), count(one.completion_tokens)]
        .map((value) => make("td", {}, value)))));
}

/// A share of right answers with its interval.
function scored({ score, low, high }) {
  const part = (share) => number(100 * share, 0);
  return text("usageInterval", { score: part(score), low: part(low), high: part(high) });
}

function taskCost({ cost_micros: cost, currency }) {
  return cost === undefined ? text("usageUnknown") : money(cost, currency);
}

/// What a unit of money buys, where models were evaluated.
function showEvaluations(evaluations) {
  find("evaluations-section").hidden = evaluations.length === 0;
  find("capability").replaceChildren(...capabilityPlots(evaluations));
  find("evaluations").replaceChildren(...evaluations.map((one) => {
    const { name, tasks, items, score, cost_micros: cost, currency } = one;
    const bought = cost > 0
      ? text("usageRightFor", { count: number((1000 * score) / (cost / 1e6)), unit: money(1e6, currency) })
      : "–";
    return make(
      "tr", {},
      make("th", { scope: "row" }, name),
      ...[tasks, number(items), scored(one), taskCost(one), bought]
        .map((value) => make("td", {}, value)));
  }));
}

/// One for each set of tasks, since scores on different tasks cannot be compared, and for each
/// currency. Models of unknown cost stand in the first of a set.
function capabilityPlots(evaluations) {
  const sets = Map.groupBy(evaluations, (one) => one.digest);
  return [...sets.values()].flatMap((set) => {
    const known = new Set(set.map((one) => one.currency).filter((currency) => currency !== undefined));
    const currencies = known.size === 0 ? [undefined] : [...known];
    return currencies.map((currency, i) => {
      const points = set
        .filter((one) => one.currency === currency || (i === 0 && one.currency === undefined))
        .map((one) => ({ ...one, cost: one.cost_micros, told: `${scored(one)}, ${taskCost(one)}` }));
      const amount = (micros) => money(micros, currency, micros < 1e6 ? 2 : 0);
      const count = number(Math.max(...set.map((one) => one.items)));
      const title = text("usageCapability", { tasks: set[0].tasks, count });
      return new Scatter(title, points, amount).element;
    });
  });
}

let asked = 0;

async function look() {
  const mine = ++asked;
  const days = Number(find("days").value);
  let told = "";
  try {
    const { zone, first_day: first, days: daily, groups, evaluations = [] } =
      await usage(days, find("by").value);
    if (mine !== asked) {
      return; // another choice was made meanwhile
    }
    showSums(groups.total);
    showCaveats(groups);
    showPlots(daily.rows, allDays(first, days));
    find("groups").replaceChildren(...groups.rows.map(groupRow));
    showFailovers(groups.failovers);
    showEvaluations(evaluations);
    find("figures").hidden = false;
    find("key-form").hidden = true;
    told = text("usageZone", { zone });
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    find("figures").hidden = true;
    find("key-form").hidden = failure.kind !== "key";
    told = failure.kind === "network" ? text("statusUnreachable") : problemText(failure);
  }
  find("problem").textContent = told;
}

/// The names of so many days from a first one on.
function allDays(first, days) {
  return Array.from({ length: days }, (_, i) =>
    new Date(Date.parse(`${first}T00:00:00Z`) + i * 86_400_000).toISOString().slice(0, 10));
}

await loadTexts();
translate(document);
document.title = `${text("usageTitle")} · Freehold`;
find("days").addEventListener("change", () => void look());
find("by").addEventListener("change", () => void look());
find("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setKey(find("key").value);
  void look();
});
await look();
document.documentElement.dataset.ready = "true";
