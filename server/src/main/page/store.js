// Conversations in the browser's own database; nothing of them is kept on the server.
import { newId } from "./elements.js";

const NAME = "freehold";
const FORMAT = "freehold-conversations";
const LONGEST = 10_000_000;
const MOST = 10_000;

/// Opens the database; where the browser has none, conversations last as long as the page.
export async function openStore() {
  try {
    return new DatabaseStore(await opened());
  } catch {
    return new MemoryStore();
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("conversations", { keyPath: "id" });
      request.result.createObjectStore("summaries", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page holds the database"));
  });
}

function summary({ id, title, updated }) {
  return { id, title, updated };
}

function latestFirst(summaries) {
  return summaries.sort((a, b) => b.updated - a.updated);
}

class DatabaseStore {
  isKept = true;
  #database;

  constructor(database) {
    this.#database = database;
    database.onversionchange = () => database.close();
  }

  #run(mode, action) {
    return new Promise((resolve, reject) => {
      const names = ["conversations", "summaries"];
      const transaction = this.#database.transaction(names, mode);
      const request = action(...names.map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  async list() {
    return latestFirst(await this.#run("readonly", (whole, summaries) => summaries.getAll()));
  }

  get(id) {
    return this.#run("readonly", (whole) => whole.get(id));
  }

  all() {
    return this.#run("readonly", (whole) => whole.getAll());
  }

  put(...conversations) {
    return this.#run("readwrite", (whole, summaries) => {
      for (const conversation of conversations) {
        whole.put(conversation);
        summaries.put(summary(conversation));
      }
    });
  }

  remove(id) {
    return this.#run("readwrite", (whole, summaries) => {
      whole.delete(id);
      summaries.delete(id);
    });
  }
}

class MemoryStore {
  isKept = false;
  #conversations = new Map();

  async list() {
    return latestFirst([...this.#conversations.values()].map(summary));
  }

  async get(id) {
    return structuredClone(this.#conversations.get(id));
  }

  async all() {
    return structuredClone([...this.#conversations.values()]);
  }

  async put(...conversations) {
    for (const conversation of conversations) {
      this.#conversations.set(conversation.id, structuredClone(conversation));
    }
  }

  async remove(id) {
    this.#conversations.delete(id);
  }
}

export function exported(conversations) {
  return JSON.stringify({ format: FORMAT, version: 1, conversations }, null, 2);
}

/// The conversations of a file, under new names; only fields that this page knows are taken.
///
/// Throws an Error that names the place of what is wrong.
export function imported(json) {
  const file = JSON.parse(json);
  if (file?.format !== FORMAT || file.version !== 1 || !Array.isArray(file.conversations)) {
    throw new Error(`format: ${FORMAT} 1`);
  }
  if (file.conversations.length > MOST) {
    throw new Error(`conversations: > ${MOST}`);
  }
  return file.conversations.map((one, i) => conversation(one, `conversations[${i}]`));
}

function conversation(from, at) {
  if (!Array.isArray(from?.messages) || from.messages.length > MOST) {
    throw new Error(`${at}.messages`);
  }
  const created = finite(from.created, Date.now());
  const sampling = {};
  for (const [name, value] of Object.entries(from.sampling ?? {})) {
    if (/^\w{1,40}$/.test(name) && Number.isFinite(value)) {
      sampling[name] = value;
    }
  }
  return {
    id: newId(),
    title: string(from.title ?? "", `${at}.title`).slice(0, 200),
    created,
    updated: finite(from.updated, created),
    model: string(from.model ?? "", `${at}.model`),
    system: string(from.system ?? "", `${at}.system`),
    sampling,
    messages: from.messages.map((one, i) => message(one, `${at}.messages[${i}]`)),
  };
}

function message(from, at) {
  if (from?.role !== "user" && from?.role !== "assistant") {
    throw new Error(`${at}.role`);
  }
  const taken = { id: newId(), role: from.role, content: string(from.content, `${at}.content`) };
  for (const name of ["reasoning", "model", "end"]) {
    if (from[name] !== undefined) {
      taken[name] = string(from[name], `${at}.${name}`);
    }
  }
  if (from.figures !== undefined) {
    taken.figures = {};
    for (const [name, value] of Object.entries(from.figures ?? {})) {
      if (["prompt", "cached", "answer", "reasoning", "speed", "seed"].includes(name)) {
        taken.figures[name] = finite(value, 0);
      }
    }
  }
  return taken;
}

function string(value, at) {
  if (typeof value !== "string" || value.length > LONGEST) {
    throw new Error(at);
  }
  return value;
}

function finite(value, fallback) {
  return Number.isFinite(value) ? value : fallback;
}
