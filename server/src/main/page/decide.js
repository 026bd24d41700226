// What waits for a person, and the buttons by which the person decides.
import { make } from "./elements.js";
import { date, language, text } from "./texts.js";

/// A share from 0 to 1 as people read it.
function share(value) {
  return new Intl.NumberFormat(language, { style: "percent", maximumSignificantDigits: 2 })
    .format(value);
}

function isShare(value) {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/// What came out of a step, or what is shown beside a question: as `shown`, with the shares of
/// options as percent. What a person approves is shown to the last digit.
function rounded(value, name = "") {
  if (isShare(value) && (name === "probability" || name === "covered")) {
    return make("div", { class: "plain mono" }, share(value));
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return shown(value);
  }
  const areShares = name === "shares" && Object.values(value).every(isShare);
  return make("dl", { class: "members" }, ...Object.entries(value).flatMap(([member, one]) =>
    [make("dt", {}, member), make("dd", {}, rounded(one, areShares ? "probability" : member))]));
}

/// A value as people read it: texts as they are, lists of passages as quotes, all else as JSON.
function shown(value) {
  if (typeof value === "string") {
    return make("div", { class: "plain" }, value);
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isPassage)) {
    return make("ul", { class: "passages" }, ...value.map((one) =>
      make("li", {},
        make("cite", {}, citation(one)),
        make("blockquote", { class: "plain" }, one.quote))));
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return make("dl", { class: "members" }, ...Object.entries(value).flatMap(([name, member]) =>
      [make("dt", {}, name), make("dd", {}, shown(member))]));
  }
  return make("div", { class: "plain mono" }, JSON.stringify(value, null, 2));
}

function citation({ number, source, document, place }) {
  const where = [source ?? document, place].filter(Boolean).join(", ");
  return number === undefined ? where : `[${number}] ${where}`;
}

function isPassage(value) {
  return value !== null && typeof value === "object"
    && typeof (value.source ?? value.document) === "string" && typeof value.quote === "string";
}

/// Fields in which a payload is changed, and what they hold.
function editor(payload, options) {
  const fields = new Map();
  const rows = [];
  if (payload !== null && typeof payload === "object" && !Array.isArray(payload)) {
    for (const [name, value] of Object.entries(payload)) {
      const field = fieldOf(name, value, options);
      fields.set(name, { field, isText: typeof value === "string" });
      rows.push(make("label", {}, make("span", {}, name), field));
    }
  } else {
    const field = fieldOf("payload", payload, undefined);
    fields.set("", { field, isText: typeof payload === "string" });
    rows.push(field);
  }
  return {
    element: make("div", { class: "editor" }, ...rows),
    /// Throws a SyntaxError that names the field where one holds no JSON.
    value() {
      const values = [...fields].map(([name, one]) => [name, read(name, one)]);
      return fields.has("") ? values[0][1] : Object.fromEntries(values);
    },
  };
}

function read(name, { field, isText }) {
  if (isText) {
    return field.value;
  }
  try {
    return JSON.parse(field.value);
  } catch {
    throw new SyntaxError(name === "" ? "payload" : name);
  }
}

function fieldOf(name, value, options) {
  if (name === "choice" && Array.isArray(options)) {
    const select = make("select", { "aria-label": name },
      ...options.map((option) => make("option", { value: option }, option)));
    select.value = value;
    return select;
  }
  const content = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const isLong = content.length > 60 || content.includes("\n");
  const field = make(isLong ? "textarea" : "input", { "aria-label": name, rows: isLong ? 8 : undefined });
  field.value = content;
  return field;
}

/// What waits, with the actions that may be taken: `act(action, payload)` is a promise.
export function decision(waiting, { actions, act, title }) {
  const state = { edited: null };
  const problem = make("p", { class: "hint bad", role: "alert" });
  const body = make("div", {}, shown(waiting.payload));
  const buttons = make("p", { class: "deciding" });

  async function take(action) {
    let payload;
    try {
      payload = action === "edit" ? state.edited.value() : undefined;
    } catch (failure) {
      problem.textContent = text("workflowNoJson", { name: failure.message });
      return;
    }
    for (const button of buttons.children) {
      button.disabled = true;
    }
    problem.textContent = await act(action, payload);
    for (const button of buttons.children) {
      button.disabled = false;
    }
  }

  function edit() {
    state.edited = editor(waiting.payload, waiting.options);
    body.replaceChildren(state.edited.element);
    buttons.replaceChildren(
      make("button", { class: "primary", onclick: () => void take("edit") }, text("workflowSendEdited")),
      make("button", { onclick: show }, text("cancel")));
    state.edited.element.querySelector("input, textarea, select")?.focus();
  }

  function show() {
    body.replaceChildren(shown(waiting.payload));
    const all = {
      send: () => make("button", { class: "primary", onclick: () => void take("send") },
        text(waiting.options === undefined ? "workflowSend" : "workflowTake")),
      edit: () => make("button", { onclick: edit }, text("edit")),
      skip: () => make("button", { onclick: () => void take("skip") }, text("workflowSkip")),
    };
    buttons.replaceChildren(...actions.map((action) => all[action]()));
  }

  show();
  if (actions.length === 1 && actions[0] === "edit") {
    edit();
  }
  return make(
    "section", { class: "asked" },
    title,
    make("h3", {}, waiting.question),
    make("p", { class: "hint" }, text("workflowAsked", { time: date(waiting.asked), step: waiting.step })),
    body,
    waiting.show === undefined ? null : make(
      "details", { open: true }, make("summary", {}, text("workflowShown")), rounded(waiting.show)),
    problem,
    buttons);
}

export { rounded, shown };
