package dev.freehold.server.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A tab of a [Browser]: asks its page, types into it, and keeps what it requests and complains of.
final class Tab implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 90_000;
  private static final Map<String, Integer> KEYS =
      Map.of("Enter", 13, "Tab", 9, "Escape", 27, " ", 32, "ArrowDown", 40);

  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final Browser browser;
  private final String session;
  private final String context;

  Tab(Browser browser, String session, String context) {
    this.browser = browser;
    this.session = session;
    this.context = context;
    browser.listen(session, this::take);
    call("Page.enable", values -> values);
    call("Runtime.enable", values -> values);
    call("Network.enable", values -> values);
    call("Log.enable", values -> values);
    call("Page.addScriptToEvaluateOnNewDocument", values -> values.put("source", WATCH));
  }

  /// Keeps violations of the page's policy, and whatever a script of a model would do first.
  private static final String WATCH =
      """
      window.violations = [];
      window.hacked = 0;
      document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(event.violatedDirective + " " + event.blockedURI));
      """;

  private void take(JsonNode event) {
    JsonNode values = event.path("params");
    switch (event.path("method").asString()) {
      case "Network.requestWillBeSent" -> requests.add(values.at("/request/url").asString());
      case "Runtime.exceptionThrown" -> complaints.add(values.toString());
      case "Log.entryAdded" -> complaints.add(values.at("/entry/text").asString());
      default -> {}
    }
  }

  JsonNode call(String method, UnaryOperator<ObjectNode> values) {
    return browser.call(session, method, values.apply(Browser.JSON.createObjectNode()));
  }

  /// Opens an address and waits until the page says that it is ready.
  void open(String address) {
    call("Page.navigate", values -> values.put("url", address));
    awaitReady(address);
  }

  void awaitReady(String address) {
    await(
        "location.href.startsWith('%s') && document.documentElement?.dataset.ready === 'true'"
            .formatted(address));
  }

  void reload() {
    evaluate("delete document.documentElement.dataset.ready");
    call("Page.reload", values -> values);
    await("document.documentElement?.dataset.ready === 'true'");
  }

  /// The value of an expression of JavaScript; promises are waited for.
  JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            values ->
                values
                    .put("expression", expression)
                    .put("awaitPromise", true)
                    .put("returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  String text(String selector) {
    return evaluate(
            "[...document.querySelectorAll(%s)].map((e) => e.innerText).join('|')"
                .formatted(quoted(selector)))
        .asString();
  }

  int count(String selector) {
    return evaluate("document.querySelectorAll(%s).length".formatted(quoted(selector))).asInt();
  }

  /// Waits until an expression is true.
  void await(String expression) {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    String last = "";
    while (System.nanoTime() < end) {
      try {
        if (evaluate(expression).asBoolean(false)) {
          return;
        }
      } catch (AssertionError notYet) { // the page is being loaded
        last = String.valueOf(notYet.getMessage());
      }
      sleep();
    }
    throw new AssertionError(
        "never true: %s; complaints: %s; %s".formatted(expression, complaints, last));
  }

  void awaitText(String selector, String part) {
    await(
        "[...document.querySelectorAll(%s)].some((e) => e.innerText.includes(%s))"
            .formatted(quoted(selector), quoted(part)));
  }

  private static void sleep() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  void click(String selector) {
    await("document.querySelector(%s) !== null".formatted(quoted(selector)));
    evaluate("document.querySelector(%s).click()".formatted(quoted(selector)));
  }

  /// Puts text where the focus is, as a keyboard would.
  void type(String text) {
    call("Input.insertText", values -> values.put("text", text));
  }

  /// Presses a key; modifiers as the protocol counts them (8 is Shift).
  void press(String key, int modifiers) {
    for (String kind : List.of("keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          values -> {
            values.put("type", kind).put("key", key).put("modifiers", modifiers);
            values.put("code", key.equals(" ") ? "Space" : key);
            values.put("windowsVirtualKeyCode", KEYS.getOrDefault(key, 0));
            if (kind.equals("keyDown") && (key.equals("Enter") || key.equals(" "))) {
              values.put("text", key.equals("Enter") ? "\r" : " ");
            }
            return values;
          });
    }
  }

  void size(int width, int height, boolean isPhone) {
    call(
        "Emulation.setDeviceMetricsOverride",
        values ->
            values
                .put("width", width)
                .put("height", height)
                .put("deviceScaleFactor", 1)
                .put("mobile", isPhone));
  }

  /// Whether the system is dark.
  void dark(boolean isDark) {
    call(
        "Emulation.setEmulatedMedia",
        values -> {
          values
              .putArray("features")
              .addObject()
              .put("name", "prefers-color-scheme")
              .put("value", isDark ? "dark" : "light");
          return values;
        });
  }

  /// The languages that the browser prefers.
  void language(String tags) {
    String agent = evaluate("navigator.userAgent").asString();
    call(
        "Emulation.setUserAgentOverride",
        values -> values.put("userAgent", agent).put("acceptLanguage", tags));
  }

  /// A picture of the page, for people to look at.
  void picture(String name) throws IOException {
    JsonNode taken = call("Page.captureScreenshot", values -> values.put("format", "png"));
    Path file = Path.of("target", "pictures", name + ".png");
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(taken.path("data").asString()));
  }

  static String quoted(String text) {
    return Browser.JSON.writeValueAsString(text);
  }

  @Override
  public void close() {
    browser.call(
        "",
        "Target.disposeBrowserContext",
        Browser.JSON.createObjectNode().put("browserContextId", context));
  }
}
