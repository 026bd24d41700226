// One message on the page: what was said, what was thought, how it ended, and what can be done.
import { copyText, make } from "./elements.js";
import { MarkdownView } from "./markdown.js";
import { number, text } from "./texts.js";

const FASTEST = 60;

/// Markdown of messages far from the window is made when they come near.
const nearWindow = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      nearWindow.unobserve(entry.target);
      entry.target.dispatchEvent(new Event("near"));
    }
  }
}, { rootMargin: "1500px" });

export class MessageView {
  #actions;
  #markdown = null;
  #timer = 0;
  #content = make("div", { class: "content" });
  #thinking = make("details", { class: "thinking", hidden: true });
  #thought = make("div", { class: "thought" });
  #wait = make("p", { class: "wait", hidden: true });
  #ending = make("p", { class: "ending", hidden: true });
  #figures = make("span", { class: "figures" });
  #footer = make("footer");

  /// actions: {edit(message, text), regenerate(message)}
  constructor(message, actions) {
    this.message = message;
    this.#actions = actions;
    const who = message.role === "user" ? text("you") : message.model || text("model");
    this.#thinking.append(make("summary", {}, text("reasoning")), this.#thought);
    this.element = make(
      "article", { class: `message ${message.role}`, "aria-label": who },
      make("h2", {}, who),
      this.#thinking, this.#wait, this.#content, this.#ending, this.#footer);
  }

  /// Shows a message that does not change any more.
  showWhole() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.element.removeAttribute("aria-busy");
    this.#wait.hidden = true;
    this.#showThought();
    if (this.message.role === "user") {
      this.#content.textContent = this.message.content;
    } else if (this.#markdown !== null) {
      this.#markdown.update(this.message.content, true);
    } else {
      this.#content.textContent = this.message.content;
      this.element.addEventListener("near", () => {
        this.#markdown ??= new MarkdownView(this.#content);
        this.#content.replaceChildren();
        this.#markdown.update(this.message.content, true);
      }, { once: true });
      nearWindow.observe(this.element);
    }
    this.#showEnding();
    this.#showActions();
  }

  /// Shows what came so far, not more often than drawing it allows.
  showGrowing(progress, drawn) {
    this.element.setAttribute("aria-busy", "true");
    if (this.#timer !== 0) {
      return;
    }
    this.#timer = setTimeout(() => {
      const begun = performance.now();
      this.#draw(progress);
      drawn();
      const pause = Math.max(FASTEST, 4 * (performance.now() - begun));
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        if (!this.message.end) {
          this.showGrowing(progress, drawn);
        }
      }, pause);
    }, 0);
  }

  #draw(progress) {
    this.#markdown ??= new MarkdownView(this.#content);
    this.#markdown.update(this.message.content, false);
    this.#showThought();
    const share = progress();
    const isWaiting = this.message.content === "" && !this.message.reasoning;
    this.#wait.hidden = !isWaiting;
    if (isWaiting) {
      this.#wait.textContent = share === undefined || share >= 1
        ? text("waiting")
        : text("waitingShare", { percent: number(100 * share) });
    }
    this.#showFigures();
    this.#footer.replaceChildren(this.#figures);
  }

  #showThought() {
    const thought = this.message.reasoning ?? "";
    this.#thinking.hidden = thought === "";
    const shown = this.#thought.firstChild?.data ?? "";
    if (thought.startsWith(shown) && shown !== "") {
      this.#thought.firstChild.appendData(thought.slice(shown.length));
    } else if (thought !== shown) {
      this.#thought.textContent = thought;
    }
  }

  #showEnding() {
    const { end, problem, role } = this.message;
    let told = "";
    if (role === "assistant") {
      told = end === "failed" && problem !== undefined ? problemText(problem)
        : end === "stopped" ? text("endStopped")
        : end === "length" ? text("endLength")
        : end === undefined || end === "failed" ? text("errorBroken") : "";
    }
    this.#ending.hidden = told === "";
    this.#ending.textContent = told;
    this.#ending.classList.toggle("bad", end === "failed" || end === undefined);
  }

  #showFigures() {
    const { figures } = this.message;
    if (figures === undefined) {
      this.#figures.textContent = "";
      return;
    }
    const parts = [text("figureTokens", { count: number(figures.answer ?? 0) })];
    if (figures.speed > 0) {
      parts.push(text("figureSpeed", { speed: number(figures.speed, 1) }));
    }
    const more = [];
    if (figures.prompt !== undefined) {
      more.push(text("figurePrompt", { count: number(figures.prompt) }));
      more.push(text("figureCached", { count: number(figures.cached) }));
    }
    if (figures.seed !== undefined) {
      more.push(text("figureSeed", { seed: figures.seed }));
    }
    this.#figures.textContent = parts.join(" · ");
    this.#figures.title = more.join(", ");
  }

  #showActions() {
    const button = (label, action, name) =>
      make("button", { type: "button", class: "quiet", onclick: action, data: { action: name } },
        label);
    const copy = button(text("copy"), async () => {
      await copyText(this.message.content);
      copy.textContent = text("copied");
      setTimeout(() => (copy.textContent = text("copy")), 1500);
    }, "copy");
    this.#footer.replaceChildren();
    if (this.message.content !== "") {
      this.#footer.append(copy);
    }
    this.#footer.append(button(text("edit"), () => this.#beginEdit(), "edit"));
    if (this.message.role === "assistant") {
      const failed = this.message.end === "failed";
      this.#footer.append(
        button(text(failed ? "tryAgain" : "regenerate"),
          () => this.#actions.regenerate(this.message), "regenerate"));
      this.#showFigures();
      this.#footer.append(this.#figures);
    }
  }

  #beginEdit() {
    const area = make("textarea", { "aria-label": text("editMessage") });
    area.value = this.message.content;
    const end = () => {
      form.replaceWith(this.#content);
      this.#footer.hidden = false;
      this.#footer.querySelector("[data-action=edit]")?.focus();
    };
    const isUser = this.message.role === "user";
    const form = make(
      "form", {
        onsubmit: (event) => {
          event.preventDefault();
          end();
          if (area.value.trim() !== "") {
            this.#actions.edit(this.message, area.value);
          }
        },
        onkeydown: (event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            end();
          } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            form.requestSubmit();
          }
        },
      },
      area,
      make("div", { class: "actions" },
        make("button", { type: "button", class: "quiet", onclick: end }, text("cancel")),
        make("button", { type: "submit", class: "primary" },
          text(isUser ? "saveAndSend" : "save"))));
    this.#footer.hidden = true;
    this.#content.replaceWith(form);
    area.focus();
  }
}

export function problemText({ kind, message, retryAfter }) {
  const keys = {
    key: "keyTitle", forbidden: "errorForbidden", busy: "errorBusy", context: "errorContext",
    broken: "errorBroken", network: "errorNetwork",
  };
  if (kind === "busy" && retryAfter > 0) {
    return text("errorBusyFor", { seconds: number(retryAfter) });
  }
  return text(keys[kind] ?? "errorRefused", { message });
}
