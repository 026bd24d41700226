// A conversation as data, and one answer of a model as it comes.
import { ApiError, complete } from "./api.js";
import { newId } from "./elements.js";

/// A conversation is {id, title, created, updated, model, system, sampling, messages}; a message is
/// {id, role, content} and for answers also {reasoning, model, end, problem, figures}.
export function newConversation({ model, system = "", sampling = {} }) {
  const now = Date.now();
  return {
    id: newId(), title: "", created: now, updated: now, model, system, sampling, messages: [],
  };
}

/// Adds what a person wrote; the first such message names the conversation.
export function addQuestion(conversation, content) {
  conversation.messages.push({ id: newId(), role: "user", content });
  if (conversation.title === "") {
    conversation.title = content.replace(/\s+/g, " ").trim().slice(0, 60);
  }
}

function requestOf(conversation) {
  const messages = [];
  if (conversation.system.trim() !== "") {
    messages.push({ role: "system", content: conversation.system });
  }
  for (const { role, content, reasoning } of conversation.messages) {
    if (role === "user") {
      messages.push({ role, content });
    } else if (content !== "") {
      messages.push(
        reasoning ? { role, content, reasoning_content: reasoning } : { role, content });
    }
  }
  const { reasoning_effort: effort, ...sampling } = conversation.sampling;
  const request = { model: conversation.model, messages, return_progress: true, ...sampling };
  if (effort !== undefined) {
    request.reasoning_effort = effort > 0 ? "medium" : "none";
  }
  return request;
}

/// One answer that is being written. Its message grows in the conversation; onchange is called
/// after each piece and once at the end, then with the run's isDone set.
export class Run {
  isDone = false;
  /// Share of the prompt that was read, from 0 to 1; undefined where the server did not say.
  progress = undefined;
  #abort = new AbortController();
  #pieces = 0;
  #firstAt = 0;

  constructor(conversation, onchange) {
    this.conversation = conversation;
    this.onchange = onchange;
    this.request = requestOf(conversation);
    this.message = { id: newId(), role: "assistant", content: "", model: conversation.model };
    conversation.messages.push(this.message);
  }

  stop() {
    this.#abort.abort();
  }

  async go() {
    try {
      for await (const piece of complete(this.request, this.#abort.signal)) {
        this.#take(piece);
        this.onchange(this);
      }
      this.message.end ??= "stop";
    } catch (failure) {
      this.#fail(failure);
    }
    this.isDone = true;
    this.conversation.updated = Date.now();
    this.onchange(this);
  }

  #fail(failure) {
    if (failure.name === "AbortError") {
      this.message.end = "stopped";
      return;
    }
    const told = failure instanceof ApiError ? failure : new ApiError("broken", failure.message);
    this.message.end = "failed";
    this.message.problem = {
      kind: told.kind, message: told.message, retryAfter: told.retryAfter,
    };
  }

  #take(piece) {
    const { prompt_progress: progress, choices, usage, timings } = piece;
    if (progress !== undefined && progress.total > 0) {
      this.progress = progress.processed / progress.total;
    }
    const choice = choices?.[0];
    const delta = choice?.delta ?? {};
    if (delta.reasoning_content) {
      this.message.reasoning = (this.message.reasoning ?? "") + delta.reasoning_content;
      this.#count();
    }
    if (delta.content) {
      this.message.content += delta.content;
      this.#count();
    }
    if (choice?.finish_reason) {
      this.message.end = choice.finish_reason;
    }
    if (usage) {
      this.message.figures = figures(usage, timings);
    }
  }

  /// Until the server tells figures, pieces stand for tokens.
  #count() {
    this.#pieces++;
    if (this.#pieces === 1) {
      this.#firstAt = performance.now();
    }
    const seconds = (performance.now() - this.#firstAt) / 1000;
    this.message.figures = {
      answer: this.#pieces,
      speed: seconds > 0.5 ? (this.#pieces - 1) / seconds : 0,
    };
  }
}

function figures(usage, timings) {
  return {
    prompt: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    answer: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    speed: timings?.predicted_per_second ?? 0,
    ...(Number.isSafeInteger(timings?.seed) ? { seed: timings.seed } : {}),
  };
}
