// The chat page: puts conversations, messages, settings and the server together.
import { ApiError, serverState, setKey } from "./api.js";
import { find, kept, make } from "./elements.js";
import { addQuestion, newConversation, Run } from "./exchange.js";
import { MessageView, problemText } from "./message.js";
import { defaults, Settings } from "./settings.js";
import { exported, imported, openStore } from "./store.js";
import { bytes, count, date, loadTexts, number, text, translate } from "./texts.js";

const SAVE_EVERY = 3000;
const READ_ALOUD = 1500;
const isNarrow = matchMedia("(max-width: 48rem)");

let store;
let settings;
let models = [];
let conversation;
const runs = new Map();
const views = new Map();
let followsEnd = true;

const scroller = find("scroller");
const composer = find("composer");

async function begin() {
  await loadTexts();
  translate(document);
  store = await openStore();
  settings = new Settings(() => save(conversation));
  listen();
  showSide(!isNarrow.matches);
  if (!store.isKept) {
    toast(text("notKept"));
  }
  await show(await store.get(location.hash.slice(1)));
  await listConversations();
  await askModels();
  composer.focus();
}

// Models

async function askModels() {
  try {
    models = (await serverState()).models;
  } catch (failure) {
    if (failure instanceof ApiError && failure.kind === "key") {
      askKey();
    } else {
      toast(failure instanceof ApiError ? problemText(failure) : String(failure));
    }
  }
  const select = find("model");
  select.replaceChildren(...models.map(({ name }) => make("option", { value: name }, name)));
  if (models.length === 0) {
    select.append(make("option", { value: "" }, text("modelNone")));
  }
  chooseModel();
}

/// The conversation's model where it is served, else the one used last, else one that is loaded.
function chooseModel() {
  const served = (name) => models.find((model) => model.name === name);
  const chosen = served(conversation.model) ?? served(kept.get("model"))
    ?? models.find((model) => model.loaded !== undefined) ?? models[0];
  if (chosen !== undefined) {
    conversation.model = chosen.name;
    find("model").value = chosen.name;
  }
  const about = chosen === undefined ? "" : aboutModel(chosen);
  find("about").textContent = about;
  find("about").title = about;
  const isDemo = chosen?.name === "demo";
  find("note").hidden = !(isDemo || chosen?.note);
  find("note").textContent = isDemo ? text("demoNote") : chosen?.note ?? "";
}

function aboutModel({ details, loaded, bytes: size }) {
  if (details === undefined) {
    return bytes(size);
  }
  return text("modelAbout", {
    family: details.family,
    parameters: details.parameters > 0
      ? text("parameters", { count: count(details.parameters) }) : "",
    quantization: details.quantization || details.format,
    context: number(loaded?.context_length ?? details.context_length),
    size: bytes(size),
  });
}

function askKey() {
  const dialog = find("key-dialog");
  if (!dialog.open) {
    find("key").value = "";
    dialog.showModal();
  }
}

// Conversations

async function listConversations() {
  const items = (await store.list()).map(({ id, title, updated }) => {
    const name = title || text("untitled");
    const isCurrent = id === conversation.id;
    return make(
      "li", { class: isCurrent ? "current" : null },
      make("button", {
        type: "button", class: "open", title: `${name} (${date(updated)})`,
        "aria-current": isCurrent ? "true" : null, onclick: () => open(id),
      }, name),
      make("button", {
        type: "button", class: "quiet delete", "aria-label": text("deleteConversation", { title: name }),
        onclick: () => remove(id),
      }, "×"));
  });
  find("conversations").replaceChildren(...items);
}

async function open(id) {
  await show(runs.get(id)?.conversation ?? (await store.get(id)));
  await listConversations();
  if (isNarrow.matches) {
    showSide(false);
  }
  composer.focus();
}

async function remove(id) {
  const removed = await store.get(id);
  drop(id);
  await store.remove(id);
  if (conversation.id === id) {
    await show(undefined);
  }
  await listConversations();
  composer.focus();
  toast(`${text("delete")}: ${removed.title || text("untitled")}`, text("undo"), async () => {
    await store.put(removed);
    await open(id);
  });
}

async function save(one) {
  if (one.messages.length > 0) {
    await store.put(structuredClone(one));
  }
}

/// Shows a conversation, or a new one where there is none.
async function show(wanted) {
  conversation = wanted ?? newConversation({ model: kept.get("model"), ...defaults() });
  const address = wanted === undefined ? location.pathname : `#${conversation.id}`;
  history.replaceState(null, "", address);
  showMessages();
  if (models.length > 0) {
    chooseModel();
  }
  followsEnd = true;
  scrollToEnd();
}

function showMessages() {
  views.clear();
  const run = runs.get(conversation.id);
  for (const message of conversation.messages) {
    const view = new MessageView(message, { edit, regenerate });
    views.set(message.id, view);
    if (message === run?.message) {
      view.showGrowing(() => run.progress, scrollToEnd);
    } else {
      view.showWhole();
    }
  }
  find("messages").replaceChildren(...[...views.values()].map((view) => view.element));
  find("empty").hidden = conversation.messages.length > 0;
  find("title").textContent = conversation.title || text("untitled");
  document.title = conversation.title === "" ? "Freehold" : `${conversation.title} · Freehold`;
  showButtons();
}

function showButtons() {
  const isRunning = runs.has(conversation.id);
  const hadFocus = document.activeElement === find("send") || document.activeElement === find("stop");
  find("send").hidden = isRunning;
  find("stop").hidden = !isRunning;
  if (hadFocus) {
    composer.focus();
  }
}

// Asking

function ask() {
  const question = composer.value.trim();
  if (question === "" || runs.has(conversation.id)) {
    return;
  }
  composer.value = "";
  addQuestion(conversation, question);
  answer();
}

function answer() {
  const asked = conversation;
  let saved = Date.now();
  const run = new Run(asked, () => {
    if (run.isDone) {
      finish(run);
    } else if (Date.now() - saved > SAVE_EVERY) {
      saved = Date.now();
      void save(asked);
    }
  });
  runs.set(asked.id, run);
  history.replaceState(null, "", `#${asked.id}`);
  followsEnd = true;
  showMessages();
  scrollToEnd();
  find("voice").textContent = text("answering");
  void run.go();
  void save(asked).then(listConversations);
}

/// Stops an answer that nobody wants to keep.
function drop(id) {
  runs.get(id)?.stop();
  runs.delete(id);
}

function finish(run) {
  const { conversation: asked, message } = run;
  if (runs.get(asked.id) !== run) {
    return; // its message was cut off, or its conversation deleted
  }
  runs.delete(asked.id);
  void save(asked).then(listConversations);
  if (asked.id === conversation.id) {
    views.get(message.id)?.showWhole();
    showButtons();
    scrollToEnd();
    find("voice").textContent = message.end === "failed"
      ? problemText(message.problem)
      : `${text("answerDone")} ${message.content.slice(0, READ_ALOUD)}`;
  }
  if (message.problem?.kind === "key") {
    askKey();
  }
}

/// Puts new text in the place of a message; a question is asked again with it.
function edit(message, content) {
  if (message.role === "assistant") {
    message.content = content;
    showMessages();
    void save(conversation);
    return;
  }
  const at = conversation.messages.indexOf(message);
  cutAfter(at + 1, () => {
    message.content = content;
  });
  answer();
}

function regenerate(message) {
  cutAfter(conversation.messages.indexOf(message), () => {});
  answer();
}

/// Removes messages from a place on, and offers to bring them back.
function cutAfter(length, change) {
  const cut = conversation;
  drop(cut.id);
  const before = structuredClone(cut.messages);
  const isLoss = cut.messages.length > length;
  cut.messages.length = length;
  change();
  if (!isLoss) {
    return;
  }
  toast(text("removed"), text("undo"), async () => {
    drop(cut.id);
    cut.messages = before;
    await save(cut);
    if (cut.id === conversation.id) {
      showMessages();
    }
  });
}

// Export and import

function download(conversations, name) {
  const file = new Blob([exported(conversations)], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function takeFile(file) {
  try {
    const conversations = imported(await file.text());
    await store.put(...conversations);
    await listConversations();
    toast(text("imported", { count: number(conversations.length) }));
  } catch (failure) {
    toast(text("importFailed", { message: failure.message }));
  }
}

// The page

function scrollToEnd() {
  if (followsEnd) {
    scroller.scrollTop = scroller.scrollHeight;
  }
  showLatest();
}

function showLatest() {
  find("latest").hidden = followsEnd;
}

let toastTimer = 0;

function toast(message, label, action) {
  const box = find("toast");
  const button = box.querySelector("button");
  box.querySelector("span").textContent = message;
  button.hidden = label === undefined;
  button.textContent = label ?? "";
  button.onclick = () => {
    box.hidden = true;
    void action();
    composer.focus();
  };
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), 12_000);
}

function showSide(isShown) {
  document.body.classList.toggle("no-side", !isShown);
  find("toggle").setAttribute("aria-expanded", String(isShown));
}

function listen() {
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  composer.addEventListener("keydown", (event) => {
    // Where fingers write, Enter begins a new line.
    const isSending = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (isSending && !matchMedia("(pointer: coarse)").matches) {
      event.preventDefault();
      ask();
    }
  });
  find("stop").addEventListener("click", () => runs.get(conversation.id)?.stop());
  find("new").addEventListener("click", () => open(""));
  find("toggle").addEventListener("click", () =>
    showSide(document.body.classList.contains("no-side")));
  find("veil").addEventListener("click", () => showSide(false));
  find("open-settings").addEventListener("click", () => settings.open(conversation));
  find("model").addEventListener("change", (event) => {
    conversation.model = event.target.value;
    kept.set("model", conversation.model);
    chooseModel();
    void save(conversation);
  });
  find("latest").addEventListener("click", () => {
    followsEnd = true;
    scrollToEnd();
    composer.focus();
  });
  scroller.addEventListener("scroll", () => {
    followsEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    showLatest();
  }, { passive: true });
  listenForFiles();
  listenForKeys();
  addEventListener("pagehide", () => runs.forEach((run) => void save(run.conversation)));
  addEventListener("hashchange", () => open(location.hash.slice(1)));
}

function listenForFiles() {
  find("export").addEventListener("click", async () => {
    download(await store.all(), "freehold-conversations.json");
  });
  find("export-one").addEventListener("click", () =>
    download([conversation], "freehold-conversation.json"));
  find("import").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file !== undefined) {
      await takeFile(file);
    }
  });
  find("key-form").addEventListener("submit", () => {
    setKey(find("key").value.trim());
    void askModels();
  });
}

/// Escape stops an answer or closes the list on a phone; Ctrl, Shift and O begin a conversation.
function listenForKeys() {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector("dialog[open]") === null) {
      if (isNarrow.matches && !document.body.classList.contains("no-side")) {
        showSide(false);
        find("toggle").focus();
      } else {
        runs.get(conversation.id)?.stop();
      }
    } else if (event.key.toLowerCase() === "o" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void open("");
    }
  });
}

await begin();
document.documentElement.dataset.ready = "true";
