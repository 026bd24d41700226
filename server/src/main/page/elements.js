// Makes elements; whatever text goes in stays text.

/// Properties that begin with "on" are listeners, "data" holds data attributes, others are attributes.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

export function find(id) {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`the page has no element ${id}`);
  }
  return element;
}

/// A name that no other conversation or message has.
export function newId() {
  // randomUUID exists only where the page came over TLS or from this machine.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/// What the browser keeps of small settings; a browser that keeps nothing has the defaults.
export const kept = {
  get(name, fallback = "") {
    try {
      return localStorage.getItem(`freehold.${name}`) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(name, value) {
    try {
      if (value === "") {
        localStorage.removeItem(`freehold.${name}`);
      } else {
        localStorage.setItem(`freehold.${name}`, value);
      }
    } catch {
      // Nothing is kept then.
    }
  },
};

export async function copyText(text) {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without TLS on another machine there is no clipboard object.
  const area = make("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
