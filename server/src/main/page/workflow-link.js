// The page that a signed link opens: it shows what would be done; only the button does it.
import { ApiError, followLink, lookAtLink } from "./api.js";
import { decision } from "./decide.js";
import { find, make } from "./elements.js";
import { problemText } from "./message.js";
import { date, loadTexts, text, translate } from "./texts.js";

/// The link's code stands behind the #, which is sent to nobody; it stays in this tab.
const token = location.hash.slice(1);

async function act(action, payload) {
  try {
    await followLink(token, payload);
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    return problemText(failure);
  }
  find("asked").replaceChildren();
  find("problem").textContent = text(`workflowDone_${action}`);
  return "";
}

async function look() {
  try {
    const link = await lookAtLink(token);
    find("problem").textContent = text("workflowLinkUntil", { time: date(link.until) });
    find("asked").replaceChildren(
      decision(link.waiting, {
        actions: [link.action], act, title: make("p", { class: "hint" }, link.waiting.title),
      }));
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    find("problem").textContent = problemText(failure);
  }
}

await loadTexts();
translate(document);
document.title = `${text("workflowLinkTitle")} · Freehold`;
addEventListener("hashchange", () => location.reload());
await look();
document.documentElement.dataset.ready = "true";
