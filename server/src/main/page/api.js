// Asks the server. The key, where the server wants one, lives as long as the browser's tab.

const KEY = "freehold.key";

/// What the server, or the way to it, said instead of an answer.
///
/// kind: "key" (a key is wanted), "forbidden", "busy", "context", "refused", "broken" (the stream
/// ended early), "network" (nothing answered)
export class ApiError extends Error {
  constructor(kind, message, retryAfter = 0) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

export function setKey(key) {
  if (key === "") {
    sessionStorage.removeItem(KEY);
  } else {
    sessionStorage.setItem(KEY, key);
  }
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

function headers() {
  const key = sessionStorage.getItem(KEY);
  const own = { "Content-Type": "application/json" };
  return key === null ? own : { ...own, Authorization: `Bearer ${key}` };
}

async function ask(path, init = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      ...init, headers: headers(), credentials: "omit", redirect: "error", cache: "no-store",
    });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new ApiError("network", failure.message);
  }
  if (!answer.ok) {
    throw await refusal(answer);
  }
  return answer;
}

async function refusal(answer) {
  let error = {};
  try {
    error = (await answer.json()).error ?? {};
  } catch {
    // Something that is not this server answered.
  }
  const message = typeof error.message === "string" ? error.message : `HTTP ${answer.status}`;
  return toldError(answer.status, error.code, message, Number(answer.headers.get("Retry-After")));
}

function toldError(status, code, message, retryAfter = 0) {
  if (status === 401) {
    return new ApiError("key", message);
  }
  if (status === 403) {
    return new ApiError("forbidden", message);
  }
  if (status === 429 || status === 503 || code === "rate_limit_exceeded") {
    return new ApiError("busy", message, retryAfter);
  }
  return new ApiError(code === "context_length_exceeded" ? "context" : "refused", message);
}

/// Which models there are, what they are and what they do at this moment.
export async function serverState() {
  return (await ask("/page/state")).json();
}

/// What the requests of so many days took, by route, backend, model or key.
export async function usage(days, by) {
  return (await ask(`/page/usage?${new URLSearchParams({ days, by })}`)).json();
}

/// The pieces of a chat completion as they come. Ends only after the server said that it is done.
export async function* complete(request, signal) {
  const answer = await ask("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  for await (const data of eventData(answer.body)) {
    if (data === "[DONE]") {
      return;
    }
    const piece = JSON.parse(data);
    if (piece.error !== undefined) {
      throw toldError(0, piece.error.code, String(piece.error.message));
    }
    yield piece;
  }
  throw new ApiError("broken", "");
}

/// The data of server-sent events. Lines end as the standard allows; comments are left out.
export async function* eventData(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let data = [];
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === "" && data.length > 0) {
          yield data.join("\n");
          data = [];
        } else if (line.startsWith("data:")) {
          data.push(line.slice(line[5] === " " ? 6 : 5));
        }
      }
    }
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new ApiError("broken", failure.message);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/// What waits for people, and the runs of workflows.
export async function workflows() {
  return (await ask("/page/workflows")).json();
}

/// A run of a workflow with its steps.
export async function workflowRun(id) {
  return (await ask(`/page/workflows/${encodeURIComponent(id)}`)).json();
}

/// Sends, edits or skips what waits.
export async function decide(decision) {
  return send("/page/workflows/decide", decision);
}

/// What a signed link would do; nothing happens.
export async function lookAtLink(token) {
  return send("/page/workflow-link/look", { token });
}

export async function followLink(token, payload) {
  return send("/page/workflow-link/follow", { token, payload });
}

async function send(path, body) {
  return (await ask(path, { method: "POST", body: JSON.stringify(body) })).json();
}
