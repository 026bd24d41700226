package dev.freehold.server.page;

import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Exchange;
import dev.freehold.server.Problem;
import dev.freehold.server.Route;
import dev.freehold.server.openai.OpenAiErrors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The web pages and what they read of the server beside the API that everybody speaks.
///
/// Files come from a fixed table that is read at the start: a request finds an entry or nothing, so
/// no path leads out of it. They need no key, since they hold no secret; what they ask for does.
public final class WebPages implements Dialect {
  /// Nothing but this server's own files, no script or style in the text, no foreign frame; markup
  /// can be made of text only by the sanitiser.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types dompurify";

  private static final String CHAT = "/page/chat.html";
  private static final String USAGE = "/page/usage.html";

  /// What all pages load, and the resources that stand there.
  static final List<String> SHARED =
      List.of(
          "/page/page.css",
          "/page/code.css",
          "/page/icon.svg",
          "/page/theme.js",
          "/page/api.js",
          "/page/elements.js",
          "/page/texts.js",
          "/page/markdown.js",
          "/page/message.js",
          "/page/texts/en.json",
          "/page/texts/de.json",
          "/page/lib/marked/lib/marked.esm.js",
          "/page/lib/marked/LICENSE.md",
          "/page/lib/dompurify/dist/purify.es.mjs",
          "/page/lib/dompurify/LICENSE",
          "/page/lib/highlightjs/highlight.min.js");

  private static final List<String> FILES =
      List.of(
          CHAT,
          "/page/status.html",
          USAGE,
          "/page/chat.js",
          "/page/store.js",
          "/page/exchange.js",
          "/page/settings.js",
          "/page/status.js",
          "/page/usage.js",
          "/page/plot.js",
          "/page/scatter.js");

  private final List<Route> routes = new ArrayList<>();

  public WebPages(Backends backends) {
    this(backends, UsageSource.NONE);
  }

  /// @param usage who knows what requests took
  public WebPages(Backends backends, UsageSource usage) {
    this(backends, usage, OpennessSource.NONE);
  }

  /// @param usage who knows what requests took
  /// @param openness who can say how open models are
  public WebPages(Backends backends, UsageSource usage, OpennessSource openness) {
    StaticFile chat = StaticFile.read(CHAT);
    routes.add(Route.get("/", Access.OPEN, exchange -> root(exchange, chat)));
    List<String> files = new ArrayList<>(SHARED);
    files.addAll(FILES);
    for (String path : files) {
      StaticFile file = StaticFile.read(path);
      routes.add(Route.get(path, Access.OPEN, exchange -> send(exchange, file)));
    }
    StaticFile usagePage = StaticFile.read(USAGE);
    routes.add(Route.get("/usage", Access.OPEN, exchange -> send(exchange, usagePage)));
    routes.add(Route.get("/page/usage", Access.USE, new UsageRoute(usage)::tell));
    routes.add(Route.get("/page/state", Access.USE, new ServerState(backends, openness)::tell));
  }

  /// Clients of Ollama look here for a server, people for a page.
  private static void root(Exchange exchange, StaticFile chat) {
    exchange.replyHeader("Vary", "Accept");
    if (exchange.header("Accept").orElse("").contains("text/html")) {
      send(exchange, chat);
    } else {
      exchange.reply(
          200, "text/plain; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8));
    }
  }

  static void send(Exchange exchange, StaticFile file) {
    exchange.replyHeader("Content-Security-Policy", POLICY);
    exchange.replyHeader("X-Content-Type-Options", "nosniff");
    exchange.replyHeader("Referrer-Policy", "no-referrer");
    exchange.replyHeader("Cross-Origin-Opener-Policy", "same-origin");
    exchange.replyHeader("Cross-Origin-Resource-Policy", "same-origin");
    exchange.replyHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    exchange.replyHeader("Cache-Control", "no-cache");
    exchange.replyHeader("ETag", file.tag());
    boolean isKnown = exchange.header("If-None-Match").orElse("").contains(file.tag());
    exchange.reply(isKnown ? 304 : 200, file.type(), isKnown ? new byte[0] : file.bytes());
  }

  @Override
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return OpenAiErrors.body(problem);
  }

  @Override
  public String brokenOff(Problem problem, String requestId) {
    return "";
  }
}
