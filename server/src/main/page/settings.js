// The dialog of settings: those of a conversation, and those of the page.
import { find, kept, make } from "./elements.js";
import { LANGUAGES, language, text } from "./texts.js";

/// Fields of a request, with what a field of the dialog allows. An empty field sends nothing.
const SAMPLING = [
  ["temperature", "temperature", { min: 0, max: 2, step: 0.05 }],
  ["top_p", "topP", { min: 0, max: 1, step: 0.01 }],
  ["top_k", "topK", { min: 0, max: 1000, step: 1 }],
  ["min_p", "minP", { min: 0, max: 1, step: 0.01 }],
  ["repeat_penalty", "repetition", { min: 0.5, max: 2, step: 0.01 }],
  ["max_tokens", "maxTokens", { min: 1, max: 1_000_000, step: 1 }],
  ["seed", "seed", { min: 0, max: Number.MAX_SAFE_INTEGER, step: 1 }],
];

/// A seed belongs to one conversation.
function withoutSeed({ seed, ...sampling }) {
  return sampling;
}

/// What new conversations begin with: what was set last.
export function defaults() {
  try {
    const { system = "", sampling = {} } = JSON.parse(kept.get("defaults", "{}"));
    return { system: String(system), sampling: withoutSeed(sampling) };
  } catch {
    return { system: "", sampling: {} };
  }
}

/// Lets the dialog work on a conversation.
///
/// Calls changed() after a change of the conversation.
export class Settings {
  #dialog = find("settings");
  #system = find("system");
  #inputs = new Map();
  #effort = make("select", { id: "effort" });
  #changed;
  #conversation = null;

  constructor(changed) {
    this.#changed = changed;
    for (const [name, key, limits] of SAMPLING) {
      const input = make("input", { type: "number", inputmode: "decimal", name, ...limits });
      this.#inputs.set(name, input);
      find("sampling").append(make("label", {}, make("span", {}, text(key)), input));
      input.addEventListener("change", () => this.#take());
    }
    this.#effort.append(
      make("option", { value: "" }, text("modelDefault")),
      make("option", { value: "1" }, text("reasoningOn")),
      make("option", { value: "0" }, text("reasoningOff")));
    find("sampling").append(
      make("label", {}, make("span", {}, text("reasoningEffort")), this.#effort));
    this.#effort.addEventListener("change", () => this.#take());
    this.#system.addEventListener("change", () => this.#take());
    this.#setUpPage();
  }

  #setUpPage() {
    const theme = find("theme");
    theme.value = kept.get("theme");
    theme.addEventListener("change", () => {
      kept.set("theme", theme.value);
      if (theme.value === "") {
        delete document.documentElement.dataset.theme;
      } else {
        document.documentElement.dataset.theme = theme.value;
      }
    });
    const languages = find("language");
    for (const [tag, name] of Object.entries(LANGUAGES)) {
      languages.append(make("option", { value: tag, lang: tag }, name));
    }
    languages.value = language;
    languages.addEventListener("change", () => {
      kept.set("language", languages.value);
      location.reload();
    });
  }

  open(conversation) {
    this.#conversation = conversation;
    this.#system.value = conversation.system;
    for (const [name, input] of this.#inputs) {
      input.value = conversation.sampling[name] ?? "";
    }
    this.#effort.value = conversation.sampling.reasoning_effort ?? "";
    this.#dialog.showModal();
  }

  #take() {
    const sampling = {};
    for (const [name, input] of this.#inputs) {
      if (input.value !== "" && input.checkValidity()) {
        sampling[name] = input.valueAsNumber;
      } else if (!input.checkValidity()) {
        input.reportValidity();
      }
    }
    if (this.#effort.value !== "") {
      sampling.reasoning_effort = Number(this.#effort.value);
    }
    this.#conversation.system = this.#system.value;
    this.#conversation.sampling = sampling;
    kept.set("defaults", JSON.stringify({ system: this.#system.value, sampling }));
    this.#changed();
  }
}
