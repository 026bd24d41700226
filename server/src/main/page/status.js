// The page that shows what the server is doing. Rates are differences of counters between looks.
import { ApiError, serverState } from "./api.js";
import { find, make } from "./elements.js";
import { problemText } from "./message.js";
import { Plot } from "./plot.js";
import { bytes, count, loadTexts, number, text, translate } from "./texts.js";

const EVERY = 2000;
const boards = new Map();
let last = null;

/// Grade and ownership risks, which an audit found.
function opennessCell(openness) {
  if (openness === undefined) {
    return make("td", {}, text("statusNotAudited"));
  }
  const { grade, definition, licences, risks, unknown } = openness;
  const about = [
    ...licences, grade, definition ? text("statusDefinition") : "",
    unknown > 0 ? text("statusUnknownRisks", { count: number(unknown) }) : "",
  ];
  return make(
    "td", {},
    make("div", {}, about.filter((part) => part !== "").join(", ")),
    ...risks.map((risk) => make("div", { class: "risk" }, risk)));
}

function modelRow({ name, note, bytes: size, details, loaded, openness }) {
  const what = details === undefined ? [] : [
    details.family,
    details.parameters > 0 ? count(details.parameters) : "",
    details.quantization || details.format,
    ...details.capabilities,
  ];
  const context = loaded?.context_length ?? details?.context_length;
  return make(
    "tr", {},
    make("th", { scope: "row" }, name),
    make("td", {}, [note, ...what].filter((part) => part !== "").join(", ")),
    opennessCell(openness),
    make("td", {}, context === undefined ? "" : number(context)),
    make("td", {}, bytes(size)),
    make("td", {}, loaded === undefined ? text("statusNotLoaded") : bytes(loaded.memory_bytes)));
}

/// The plots of one model.
class Board {
  #written = new Plot(text("statusWritten"), { digits: 1 });
  #prompt = new Plot(text("statusPrompt"));
  #queue = new Plot(text("statusQueue"), {
    names: [text("statusRunning"), text("statusWaiting")],
  });
  #hits = new Plot(text("statusHits"));
  #memory = new Plot(text("statusMemory"), { digits: 1 });

  constructor(model) {
    const plots = [this.#written, this.#prompt, this.#queue, this.#hits, this.#memory];
    this.element = make(
      "section", { "aria-label": model },
      make("h2", {}, model),
      make("div", { class: "plots" }, ...plots.map((plot) => plot.element)));
  }

  add(now, before, seconds) {
    const rate = (name) => Math.max(0, now[name] - before[name]) / seconds;
    this.#written.add(rate("answer_tokens"));
    this.#prompt.add(rate("prompt_tokens"));
    this.#queue.add(now.running, now.waiting);
    const asked = now.prefix_query_tokens;
    this.#hits.add(asked === 0 ? 0 : (100 * now.prefix_hit_tokens) / asked);
    this.#memory.add(now.state_bytes / 1e6);
  }
}

function show(state) {
  find("models").replaceChildren(...state.models.map(modelRow));
  for (const now of state.activity) {
    let board = boards.get(now.model);
    if (board === undefined) {
      board = new Board(now.model);
      boards.set(now.model, board);
      find("activity").append(board.element);
    }
    const before = last?.activity.find(({ model }) => model === now.model);
    if (before !== undefined && state.time > last.time) {
      board.add(now, before, (state.time - last.time) / 1000);
    }
  }
  last = state;
}

async function look() {
  let told = text("statusUpdated");
  try {
    show(await serverState());
  } catch (failure) {
    told = failure instanceof ApiError && failure.kind !== "network"
      ? problemText(failure) : text("statusUnreachable");
    last = null;
  }
  if (find("problem").textContent !== told) {
    find("problem").textContent = told;
  }
}

await loadTexts();
translate(document);
document.title = `${text("statusTitle")} · Freehold`;
await look();
setInterval(() => document.visibilityState === "visible" && void look(), EVERY);
document.documentElement.dataset.ready = "true";
