package dev.freehold.server.ollama;

import dev.freehold.chat.PullBackend;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Exchange;
import dev.freehold.server.Problem;
import dev.freehold.server.Route;
import dev.freehold.server.wire.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Ollama's API.
public final class OllamaDialect implements Dialect {
  /// The version of Ollama whose requests and answers these are: clients look at it before they use
  /// a server, and read its parts as numbers.
  private static final String VERSION = "0.13.0";

  private final List<Route> routes;

  /// @param withRoot whether `GET /` says that a server is here; not where a page stands there
  public OllamaDialect(Backends backends, PullBackend pulls, Ids ids, boolean withRoot) {
    List<Route> all = new ArrayList<>();
    all.addAll(new AnswerRoutes(backends, ids).routes());
    all.addAll(new ModelRoutes(backends.models()).routes());
    all.addAll(new EmbedRoutes(backends).routes());
    all.addAll(new PullRoutes(pulls).routes());
    all.add(Route.get("/api/version", Access.USE, OllamaDialect::version));
    all.add(head("/api/version"));
    all.add(head("/api/tags"));
    all.add(head("/"));
    if (withRoot) {
      all.add(Route.get("/", Access.OPEN, OllamaDialect::root));
    }
    this.routes = List.copyOf(all);
  }

  private static Route head(String path) {
    Access access = path.equals("/") ? Access.OPEN : Access.USE;
    return new Route(
        "HEAD",
        path,
        access,
        "",
        exchange -> exchange.reply(200, "text/plain; charset=utf-8", new byte[0]));
  }

  private static void root(Exchange exchange) {
    exchange.reply(
        200, "text/plain; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8));
  }

  private static void version(Exchange exchange) {
    exchange.reply(JsonNodeFactory.instance.objectNode().put("version", VERSION));
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return OllamaErrors.body(problem);
  }

  @Override
  public String brokenOff(Problem problem, String requestId) {
    return OllamaErrors.body(problem) + "\n";
  }
}
