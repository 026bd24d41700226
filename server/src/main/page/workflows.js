// The page of workflows: what waits for people, the runs, and each run step by step.
import { ApiError, decide, setKey, workflowRun, workflows } from "./api.js";
import { decision, rounded, shown } from "./decide.js";
import { find, make } from "./elements.js";
import { problemText } from "./message.js";
import { date, loadTexts, text, translate } from "./texts.js";

const INTERVAL = 5000;
let seen = "";

async function act(waiting, action, payload) {
  try {
    await decide({
      run: waiting.run, step: waiting.step, digest: waiting.digest, action, payload,
    });
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    return problemText(failure);
  }
  seen = "";
  await look();
  return "";
}

function asked(waiting) {
  return decision(waiting, {
    actions: ["send", "edit", "skip"],
    act: (action, payload) => act(waiting, action, payload),
    title: make("p", { class: "hint" }, make("a", { href: `#${waiting.run}` }, waiting.title)),
  });
}

/// Sections of what no longer waits go, new ones come; one that somebody is writing in stays.
function showWaiting(place, list) {
  const keys = new Set(list.map((one) => `${one.run}/${one.step}`));
  for (const section of [...place.children]) {
    if (!keys.delete(section.dataset.key)) {
      section.remove();
    }
  }
  for (const one of list.filter((waiting) => keys.has(`${waiting.run}/${waiting.step}`))) {
    const section = asked(one);
    section.dataset.key = `${one.run}/${one.step}`;
    place.append(section);
  }
  if (list.length === 0) {
    place.replaceChildren(make("p", { class: "hint" }, text("workflowNothing")));
  }
}

function runRow(run) {
  return make(
    "tr", {},
    make("th", { scope: "row" }, make("a", { href: `#${run.run}` }, run.title)),
    make("td", {}, make("span", { class: `state ${run.state}` }, text(`workflowState_${run.state}`))),
    make("td", {}, date(run.changed)),
    make("td", {}, run.note));
}

async function showAll() {
  const all = await workflows();
  const state = JSON.stringify(all);
  if (state !== seen) {
    seen = state;
    showWaiting(find("waiting"), all.waiting);
    find("runs").replaceChildren(...all.runs.map(runRow));
  }
  find("one").hidden = true;
  find("all").hidden = false;
  find("back").hidden = true;
}

function stepItem(step) {
  const outcome = step.result ?? null;
  return make(
    "li", {},
    make(
      "details", {},
      make("summary", {},
        make("strong", {}, step.key), " ",
        make("span", { class: "hint" },
          `${text(`workflowKind_${step.kind}`)}${step.name ? `, ${step.name}` : ""}, `
          + (step.finished === undefined ? text("workflowOpen") : date(step.finished))
          + (step.tries > 1 ? `, ${text("workflowTries", { count: step.tries })}` : ""))),
      make("h4", {}, text("workflowRequest")), shown(step.request),
      outcome === null ? null : make("h4", {}, text("workflowResult")),
      outcome === null ? null : rounded(outcome)));
}

async function showRun(id) {
  const run = await workflowRun(id);
  const state = JSON.stringify(run);
  if (state !== seen) {
    seen = state;
    find("run-title").textContent = run.title;
    const about = [
      ["workflowState", text(`workflowState_${run.state}`)],
      ["workflowRun", run.run],
      ["workflowBegun", date(run.created)],
      ["workflowFile", run.file === "" ? "–" : run.file],
      ["workflowDigest", run.digest.slice(0, 12)],
    ];
    find("run-about").replaceChildren(...about.map(([name, value]) =>
      make("div", {}, make("dt", {}, text(name)), make("dd", {}, value))));
    find("note").textContent = run.note;
    if (run.waiting.length > 0) {
      showWaiting(find("asked"), run.waiting);
    } else {
      find("asked").replaceChildren();
    }
    find("steps").replaceChildren(...run.steps.map(stepItem));
  }
  find("all").hidden = true;
  find("one").hidden = false;
  find("back").hidden = false;
}

async function look() {
  const id = location.hash.slice(1);
  let told = "";
  try {
    await (/^[a-z0-9]{1,64}$/.test(id) ? showRun(id) : showAll());
    find("key-form").hidden = true;
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    if (failure.kind !== "network" && failure.kind !== "busy") {
      find("all").hidden = true;
      find("one").hidden = true;
    }
    find("key-form").hidden = failure.kind !== "key";
    told = problemText(failure);
  }
  find("problem").textContent = told;
}

await loadTexts();
translate(document);
document.title = `${text("workflowTitle")} · Freehold`;
find("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setKey(find("key").value);
  void look();
});
addEventListener("hashchange", () => {
  seen = "";
  find("asked").replaceChildren();
  void look();
});
await look();
document.documentElement.dataset.ready = "true";
setInterval(() => void look(), INTERVAL);
