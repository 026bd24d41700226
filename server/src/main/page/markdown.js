// Markdown of a model, made into elements that can do nothing but be read.
//
// The text is hostile. Markup in it is shown as text, images are never fetched, links go to the
// web in a new window or nowhere, and whatever the parser makes still passes the sanitiser. Text
// that is built to be slow to parse is shown as it is.
import { Marked } from "./lib/marked/lib/marked.esm.js";
import DOMPurify from "./lib/dompurify/dist/purify.es.mjs";
import { copyText, make } from "./elements.js";
import { text as word } from "./texts.js";

const LONGEST = 400_000;
const LONGEST_BLOCK = 40_000;
const LONGEST_HIGHLIGHTED = 40_000;

/// Nesting deeper than any text for people: 24 markers in a row, or a list far to the right.
const TOO_DEEP = /^[ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+){24}|^[ \t]{60,}(?:[-*+]|\d{1,9}[.)])[ \t]/m;

/// Marks of emphasis, links and code in one paragraph. The parser looks from each to all others.
const MOST_MARKS = 1000;
const FENCED = /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:\n {0,3}\1|(?![\s\S]))/gm;

const TAGS = [
  "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
  "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
];
const SAFE = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ["align", "class", "href", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
const SAFE_CODE = { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"], RETURN_DOM_FRAGMENT: true };

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

function isSlow(text) {
  if (text.length > LONGEST || TOO_DEEP.test(text)) {
    return true;
  }
  return text.replace(FENCED, "\n\n").split(/\n[ \t]*\n/)
    .some((paragraph) => (paragraph.match(/[*_~]+|`+|[[<]/g)?.length ?? 0) > MOST_MARKS);
}

const marked = new Marked({
  gfm: true,
  renderer: {
    html({ text }) {
      return escaped(text);
    },
    image({ href, text }) {
      return `<a href="${escaped(href)}">${escaped(text || href)}</a>`;
    },
    heading({ tokens, depth }) {
      const level = Math.min(depth + 2, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    checkbox({ checked }) {
      return checked ? "☑ " : "☐ ";
    },
    code({ text, lang }) {
      const name = /^[\w+#.-]{1,30}/.exec(lang ?? "")?.[0] ?? "";
      return `<pre><code class="language-${name}">${escaped(text)}\n</code></pre>\n`;
    },
  },
});

/// Shows a text that grows. Blocks that are whole stay as they are; only the end is made again.
export class MarkdownView {
  #element;
  #blocks = [];
  #isPlain = false;

  constructor(element) {
    this.#element = element;
  }

  /// isWhole: whether no more text comes
  update(source, isWhole) {
    const text = source.replace(/\r\n?/g, "\n");
    try {
      if (isSlow(text)) {
        this.#showPlain(text);
      } else {
        this.#updateBlocks(text, isWhole);
      }
    } catch (failure) {
      if (!(failure instanceof RangeError)) {
        throw failure;
      }
      this.#showPlain(text); // the parser ran out of stack
    }
  }

  #updateBlocks(text, isWhole) {
    if (this.#isPlain) {
      this.#element.replaceChildren();
      this.#blocks = [];
      this.#isPlain = false;
    }
    const { kept, offset } = isWhole ? { kept: 0, offset: 0 } : this.#settled(text);
    const tokens = marked.lexer(text.slice(offset));
    let same = kept;
    const hasReferences = Object.keys(tokens.links).length > 0;
    const last = kept + tokens.length - 1;
    while (
      !hasReferences && same <= last && same < this.#blocks.length
      && this.#blocks[same].raw === tokens[same - kept].raw
      && (this.#blocks[same].isWhole || (same === last && !isWhole))
    ) {
      same++;
    }
    for (const block of this.#blocks.splice(same)) {
      block.element.remove();
    }
    for (let i = same; i <= last; i++) {
      const token = tokens[i - kept];
      const blockIsWhole = isWhole || i < last;
      const element = make("div", { class: "block" });
      fill(element, token, tokens.links, blockIsWhole);
      this.#element.append(element);
      this.#blocks.push({ raw: token.raw, element, isWhole: blockIsWhole });
    }
  }

  /// The blocks that more text cannot change, and where they end.
  #settled(text) {
    let offset = 0;
    let kept = 0;
    for (const block of this.#blocks.slice(0, -2)) {
      if (!text.startsWith(block.raw, offset)) {
        return { kept: 0, offset: 0 };
      }
      offset += block.raw.length;
      kept++;
    }
    return { kept, offset };
  }

  #showPlain(text) {
    this.#blocks = [];
    this.#isPlain = true;
    this.#element.replaceChildren(make("div", { class: "plain" }, text));
  }
}

function fill(element, token, links, isWhole) {
  if (token.type === "space") {
    return;
  }
  const isLongText = token.raw.length > LONGEST_BLOCK && token.type !== "code";
  if (isLongText) {
    element.append(make("div", { class: "plain" }, token.raw));
    return;
  }
  const tokens = [token];
  tokens.links = links;
  element.append(DOMPurify.sanitize(marked.parser(tokens), SAFE));
  for (const link of element.querySelectorAll("a")) {
    if (link.hasAttribute("href")) {
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
    }
  }
  for (const table of element.querySelectorAll("table")) {
    const frame = make("div", { class: "scroll", tabindex: "0", role: "group" });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const marks of element.querySelectorAll("[class]")) {
    if (!(marks.matches("pre > code") && /^language-[\w+#.-]*$/.test(marks.className))) {
      marks.removeAttribute("class");
    }
  }
  for (const block of element.querySelectorAll("pre")) {
    frameCode(block, isWhole);
  }
}

function frameCode(block, isWhole) {
  const code = block.querySelector("code");
  if (code === null) {
    return;
  }
  const source = code.textContent.replace(/\n$/, "");
  const name = code.className.slice("language-".length);
  const button = make("button", { type: "button", class: "quiet" }, word("copy"));
  button.addEventListener("click", async () => {
    await copyText(source);
    button.textContent = word("copied");
    setTimeout(() => (button.textContent = word("copy")), 1500);
  });
  const frame = make(
    "figure", { class: "code" },
    make("figcaption", {}, make("span", {}, name), button));
  block.replaceWith(frame);
  block.tabIndex = 0;
  frame.append(block);
  if (isWhole && source.length <= LONGEST_HIGHLIGHTED) {
    highlight(code, name);
  }
}

function highlight(code, name) {
  const highlighter = globalThis.hljs;
  if (name === "" || highlighter?.getLanguage(name) === undefined) {
    return;
  }
  const { value } = highlighter.highlight(code.textContent, { language: name, ignoreIllegals: true });
  code.replaceChildren(DOMPurify.sanitize(value, SAFE_CODE));
}
