package dev.freehold.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Part;
import dev.freehold.server.ScriptedBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The chat page as its users see it, in Chromium.
class ChatPageTest {
  private static final String CURRENT = "document.querySelector('#stop').hidden";
  private static Browser browser;

  private PageServer server;
  private Tab tab;

  @BeforeAll
  static void startBrowser() throws IOException {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no Chromium on the path: install the Debian package chromium");
    browser = Browser.start(program.orElseThrow());
  }

  @AfterAll
  static void stopBrowser() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    server = new PageServer();
    tab = browser.open();
    tab.size(1200, 800, false);
    tab.language("en-GB");
    tab.open(server.address() + "/");
  }

  /// Whatever a test did: no script of anybody else ran, nothing was asked of other servers, the
  /// policy was not violated, and nothing went wrong unseen.
  @AfterEach
  void nothingWentWrong() {
    try {
      assertThat(tab.evaluate("window.hacked").asInt()).isZero();
      assertThat(tab.evaluate("window.violations.join()").asString()).isEmpty();
      assertThat(tab.requests)
          .allMatch(url -> url.startsWith(server.address()) || url.startsWith("blob:"));
      assertThat(tab.complaints)
          .allMatch(complaint -> complaint.contains("the server responded with a status of"));
    } finally {
      tab.close();
      server.close();
    }
  }

  private void ask(String question) {
    tab.evaluate("document.querySelector('#composer').focus()");
    tab.type(question);
    tab.press("Enter", 0);
  }

  private void awaitAnswer() {
    tab.await(CURRENT + " && document.querySelector('.assistant') !== null");
  }

  @Test
  void showsAnAnswerWithCodeTableThoughtsAndFigures() throws IOException {
    server.backend.answers(
        new ChatEvent.ReasoningDelta("The user wants "),
        new ChatEvent.ReasoningDelta("an example."),
        new ChatEvent.TextDelta("Here is **how** you do it:\n\n```java\nint answer = 42; // all"),
        new ChatEvent.TextDelta(" of it\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n"),
        new ChatEvent.TextDelta("\nSee [the page](https://example.org/a) and `code`."),
        ScriptedBackend.finished(FinishReason.END, 30));
    ask("How do I write this in Java?");
    awaitAnswer();
    tab.await("document.querySelector('.assistant pre [class^=hljs]') !== null");
    assertThat(tab.text(".assistant strong")).isEqualTo("how");
    assertThat(tab.text(".assistant pre")).isEqualTo("int answer = 42; // all of it\n");
    assertThat(tab.text(".assistant td")).isEqualTo("1|2");
    assertThat(tab.text(".assistant li")).isEqualTo("one|two");
    assertThat(tab.evaluate("document.querySelector('.content a').rel").asString())
        .contains("noopener", "noreferrer");
    assertThat(tab.evaluate("document.querySelector('.thinking').open").asBoolean()).isFalse();
    assertThat(tab.evaluate("document.querySelector('.assistant .thought').textContent").asString())
        .isEqualTo("The user wants an example.");
    assertThat(tab.text(".figures")).isEqualTo("30 tokens · 100.0 tokens/s");
    assertThat(tab.text("#voice")).startsWith("Answer complete. Here is");
    tab.picture("answer");
    tab.dark(true);
    assertThat(
            tab.evaluate("getComputedStyle(document.documentElement).backgroundColor").asString())
        .isEqualTo("rgb(22, 25, 27)");
    tab.picture("answer-dark");
  }

  @Test
  void growsWhileItComesAndStops() throws Exception {
    server.answersUntilStopped();
    ask("Count");
    tab.awaitText(".assistant .content", "word5 ");
    tab.picture("growing");
    tab.click("#stop");
    assertThat(server.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    awaitAnswer();
    assertThat(tab.text(".assistant .ending")).isEqualTo("Stopped.");
    assertThat(tab.text(".assistant .content")).startsWith("word0 word1");
  }

  @Test
  void answersAgainAndEditsAQuestion() {
    server.backend.answers(ScriptedBackend.text("first"));
    ask("What?");
    tab.awaitText(".assistant .content", "first");
    awaitAnswer();
    server.backend.answers(ScriptedBackend.text("second"));
    tab.click(".assistant [data-action=regenerate]");
    tab.awaitText(".assistant .content", "second");
    awaitAnswer();
    assertThat(tab.count(".message")).isEqualTo(2);
    server.backend.answers(ScriptedBackend.text("third"));
    tab.click(".user [data-action=edit]");
    tab.evaluate("document.querySelector('.user textarea').select()");
    tab.type("Who?");
    tab.click(".user form button[type=submit]");
    tab.awaitText(".assistant .content", "third");
    awaitAnswer();
    assertThat(tab.text(".user .content")).isEqualTo("Who?");
    assertThat(conversation(server)).containsExactly("Who?");
    tab.click("#toast button");
    tab.awaitText(".assistant .content", "second");
    assertThat(tab.text(".user .content")).isEqualTo("What?");
  }

  @Test
  void whatIsCutOffOrDeletedWhileItGrowsDoesNotComeBack() throws Exception {
    server.answersUntilStopped();
    ask("Count");
    tab.awaitText(".assistant .content", "word3 ");
    server.backend.answers(ScriptedBackend.text("other"));
    tab.click(".user [data-action=edit]");
    tab.click(".user form button[type=submit]");
    assertThat(server.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    tab.awaitText(".assistant .content", "other");
    awaitAnswer();
    assertThat(tab.count(".message")).isEqualTo(2);
    server.answersUntilStopped();
    ask("Again");
    tab.awaitText(".assistant .content", "word3 ");
    tab.click("#conversations .delete");
    tab.await("document.querySelectorAll('#conversations li').length === 0");
    tab.reload();
    assertThat(tab.count("#conversations li")).isZero();
  }

  @Test
  void asksForAKeyWhereOneIsWanted() throws IOException {
    tab.close();
    server.close();
    server = new PageServer("secret");
    tab = browser.open();
    tab.open(server.address() + "/");
    tab.await("document.querySelector('#key-dialog').open");
    tab.picture("key");
    tab.evaluate("document.querySelector('#key').focus()");
    tab.type("secret");
    tab.press("Enter", 0);
    tab.await("document.querySelector('#model').value === 'tiny'");
    ask("Hello");
    tab.awaitText(".assistant .content", "Hello, world");
    assertThat(tab.evaluate("JSON.stringify(localStorage)").asString()).doesNotContain("secret");
    assertThat(tab.evaluate("sessionStorage.getItem('freehold.key')").asString())
        .isEqualTo("secret");
  }

  /// The texts of the last request's messages.
  private static List<String> conversation(PageServer server) {
    return ((Input.Conversation) server.backend.last().input())
        .messages().stream().map(message -> Part.text(message.content())).toList();
  }

  @Test
  void sendsSystemPromptSamplingAndTheWholeConversation() throws IOException {
    tab.click("#open-settings");
    tab.picture("settings");
    String script =
        """
        const values = { "#system": "Be brief.", "[name=temperature]": "0.5", "[name=seed]": "7" };
        for (const [id, value] of Object.entries(values)) {
          const field = document.querySelector(id);
          field.value = value;
          field.dispatchEvent(new Event("change"));
        }
        document.querySelector("#settings .actions .primary").click();
        """;
    tab.evaluate(script);
    ask("One");
    tab.await("document.querySelectorAll('.assistant').length === 1");
    awaitAnswer();
    ask("Two");
    tab.await("document.querySelectorAll('.assistant').length === 2");
    awaitAnswer();
    assertThat(conversation(server)).containsExactly("Be brief.", "One", "Hello, world", "Two");
    assertThat(server.backend.last().sampling().seed()).hasValue(7L);
  }

  @Test
  void keepsConversationsAndTakesThemOutAndIn() {
    ask("Remember me");
    awaitAnswer();
    tab.await("document.querySelectorAll('#conversations li').length === 1");
    tab.reload();
    tab.awaitText(".user .content", "Remember me");
    tab.awaitText(".assistant .content", "Hello, world");
    String file =
        tab.evaluate(
                """
                (async () => {
                  const { openStore, exported } = await import("/page/store.js");
                  return exported(await (await openStore()).all());
                })()
                """)
            .asString();
    tab.click("#conversations .delete");
    tab.await("document.querySelectorAll('#conversations li').length === 0");
    give(file);
    tab.await("document.querySelectorAll('#conversations li').length === 1");
    tab.click("#conversations .open");
    tab.awaitText(".user .content", "Remember me");
    give("{\"format\":\"freehold-conversations\",\"version\":1,\"conversations\":[{}]}");
    tab.awaitText("#toast", "conversations[0].messages");
  }

  /// Chooses a file to import.
  private void give(String json) {
    String script =
        """
        (() => {
          const files = new DataTransfer();
          files.items.add(new File([%s], "a.json"));
          const input = document.querySelector("#file");
          input.files = files.files;
          input.dispatchEvent(new Event("change"));
        })()
        """;
    tab.evaluate(script.formatted(Tab.quoted(json)));
  }

  @Test
  void hostileMarkdownDoesNothing() {
    String hostile =
        """
        <script>window.hacked = 1</script>
        <img src=x onerror="window.hacked = 2">
        <svg onload="window.hacked = 3"><style>body{display:none}</style></svg>

        ![pixel](https://example.org/pixel.png "t") [x](javascript:window.hacked=4)
        [y](data:text/html,<script>window.hacked=5</script>) <javascript:window.hacked=6>
        [z](&#106;avascript:window.hacked=7) [own](/api/delete)

        <form action="/api/delete"><button>go</button></form> <a href="https://e.org" onclick="x()">a</a>

        ```"><img src=x onerror=window.hacked=8>
        </code></pre><script>window.hacked = 9</script>
        ```

        | <b onmouseover=window.hacked=10>a</b> |
        |---|
        | <iframe src="https://example.org"></iframe> |
        """;
    server.backend.answers(ScriptedBackend.text(hostile));
    ask("<img src=x onerror='window.hacked=11'>");
    awaitAnswer();
    tab.awaitText(".assistant .content", "onerror");
    assertThat(
            tab.count(
                ".message script, .message img, .message svg, .message iframe, .message style,"
                    + " .content form, .content [onclick], .content [onerror], .content [style]"))
        .isZero();
    tab.evaluate("document.querySelectorAll('.content a').forEach((a) => { a.target = ''; })");
    JsonNode links =
        tab.evaluate(
            "[...document.querySelectorAll('.content a[href]')].map((a) => a.protocol + a.host)");
    assertThat(links).allMatch(link -> link.asString().equals("https:example.org"));
  }

  @Test
  void textThatIsBuiltToBeSlowIsShownAllTheSame() {
    String slow =
        ">".repeat(20_000)
            + "\n\n"
            + "- ".repeat(20_000)
            + "\n\n"
            + "[".repeat(20_000)
            + "\n\n"
            + "*a **b ".repeat(10_000)
            + "\n\n"
            + "`".repeat(10_001)
            + " end";
    server.backend.answers(ScriptedBackend.text(slow.substring(20_000)));
    ask("Go");
    tab.awaitText(".assistant .content", " end");
    awaitAnswer();
    for (String part : List.of("[".repeat(30_000), "*a **b ".repeat(5_000), "![](".repeat(9_000))) {
      double millis =
          tab.evaluate(
                  """
                  (async () => {
                    const { MarkdownView } = await import("/page/markdown.js");
                    const place = document.createElement("div");
                    const begun = performance.now();
                    new MarkdownView(place).update(%s, true);
                    return performance.now() - begun;
                  })()
                  """
                      .formatted(Tab.quoted(part)))
              .asDouble();
      assertThat(millis).as(part.substring(0, 8)).isLessThan(60_000);
    }
  }

  @Test
  void growingMarkdownIsThatOfTheWhole() {
    boolean isSame =
        tab.evaluate(
                """
                (async () => {
                  const { MarkdownView } = await import("/page/markdown.js");
                  const text = "# A\\n\\ntext *with* [r]\\nmore\\n\\n1. one\\n   - in\\n\\n"
                    + "2. two\\n\\n> q\\n> r\\n\\n```js\\nlet a = 1;\\n\\nlet b;\\n```\\n\\n"
                    + "|a|b|\\n|-|-|\\n|1|2|\\n\\n"
                    + "Title\\n===\\n\\nend\\n\\n[r]: https://example.org\\n";
                  const whole = document.createElement("div");
                  new MarkdownView(whole).update(text, true);
                  const growing = document.createElement("div");
                  const view = new MarkdownView(growing);
                  for (let i = 1; i < text.length; i++) {
                    view.update(text.slice(0, i), false);
                  }
                  view.update(text, true);
                  return growing.innerHTML === whole.innerHTML && whole.querySelector("a") !== null;
                })()
                """)
            .asBoolean();
    assertThat(isSame).isTrue();
  }

  @Test
  void errorsAreToldAndTheQuestionStays() throws IOException {
    server.backend.answers(
        new ChatEvent.TextDelta("Half of"),
        new ChatEvent.Failed(
            new ChatException(
                ChatException.Kind.OVERLOADED, "the queue is full", Duration.ofSeconds(3))));
    ask("Hard question");
    awaitAnswer();
    assertThat(tab.text(".assistant .ending")).startsWith("The server is busy.");
    assertThat(tab.text(".user .content")).isEqualTo("Hard question");
    assertThat(tab.text(".assistant [data-action=regenerate]")).isEqualTo("Try again");
    tab.picture("error");
  }

  @Test
  void worksWithTheKeyboardAlone() {
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("composer");
    tab.type("two");
    tab.press("Enter", 8);
    tab.type("lines");
    tab.press("Enter", 0);
    awaitAnswer();
    assertThat(conversation(server)).containsExactly("two\nlines");
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("composer");
    focusByTab("dataset.action === 'regenerate'");
    tab.press(" ", 0);
    tab.await("document.querySelectorAll('.message').length === 2");
    tab.await(CURRENT);
    assertThat(server.backend.asked).hasSize(2);
    focusByTab("id === 'open-settings'");
    tab.press("Enter", 0);
    tab.await("document.querySelector('#settings').open");
    tab.press("Escape", 0);
    tab.await("!document.querySelector('#settings').open");
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("open-settings");
  }

  /// Presses Tab until an element has the focus.
  private void focusByTab(String condition) {
    for (int i = 0; i < 60; i++) {
      tab.press("Tab", 0);
      if (tab.evaluate("document.activeElement." + condition).asBoolean()) {
        return;
      }
    }
    throw new AssertionError("Tab never reaches " + condition);
  }

  @Test
  void fitsAPhone() throws IOException {
    tab.size(390, 760, true);
    tab.reload();
    assertThat(tab.evaluate("getComputedStyle(document.querySelector('#side')).display").asString())
        .isEqualTo("none");
    server.backend.answers(
        ScriptedBackend.text("A long line of code:\n\n```\n" + "x".repeat(300) + "\n```\n"));
    tab.type("On a phone");
    tab.click("#send");
    awaitAnswer();
    tab.await("document.querySelector('.assistant pre') !== null");
    assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt()).isLessThan(391);
    assertThat(tab.evaluate("document.querySelector('#scroller').scrollWidth").asInt())
        .isLessThan(391);
    tab.picture("phone");
    tab.click("#toggle");
    tab.picture("phone-side");
    tab.press("Escape", 0);
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("toggle");
  }

  @Test
  void speaksGerman() throws IOException {
    tab.language("de-CH,de,en");
    tab.reload();
    assertThat(tab.text("#new")).isEqualTo("Neues Gespräch");
    assertThat(tab.evaluate("document.documentElement.lang").asString()).isEqualTo("de");
    tab.picture("german");
  }

  @Test
  void showsTheRunningServer() throws IOException {
    tab.open(server.address() + "/page/status.html");
    assertThat(tab.text("#models th")).isEqualTo("tiny");
    assertThat(tab.text("#models td")).contains("llama").contains("2,048");
    tab.await("document.querySelector('.plot polyline[points]') !== null");
    assertThat(tab.count(".plot")).isEqualTo(5);
    tab.awaitText(".plot output", "1 running, 2 waiting");
    tab.picture("status");
  }

  @Test
  void aLongConversationIsShownAtOnce() {
    String script =
        """
        (async () => {
          const { openStore } = await import("/page/store.js");
          const messages = Array.from({ length: 1000 }, (unused, i) => ({
            id: `m${i}`, role: i % 2 === 0 ? "user" : "assistant", end: "stop",
            content: `**Message ${i}**\\n\\n` + "Some words of it. ".repeat(100),
          }));
          await (await openStore()).put({ id: "long", title: "Long", created: 1, updated: 1,
            model: "tiny", system: "", sampling: {}, messages });
          location.hash = "long";
        })()
        """;
    tab.evaluate(script);
    tab.reload();
    assertThat(tab.count(".message")).isEqualTo(1000);
    tab.await("document.querySelectorAll('.message strong').length > 0");
    assertThat(tab.count(".message strong")).isLessThan(200);
  }
}
