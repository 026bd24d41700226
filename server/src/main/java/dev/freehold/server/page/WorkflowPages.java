package dev.freehold.server.page;

import dev.freehold.chat.ChatException;
import dev.freehold.server.Access;
import dev.freehold.server.Dialect;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.Problem;
import dev.freehold.server.Route;
import dev.freehold.server.openai.OpenAiErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The pages on which people see runs of workflows and decide what waits for them, and what those
/// pages ask.
///
/// Reading and deciding need a key that may manage the server, where there are keys. A signed link
/// is a key for one decision. Nothing is decided but by POST with a body of JSON, which no other
/// page can send; a link that is fetched shows a page and does nothing.
public final class WorkflowPages implements Dialect {
  private static final String LIST = "/page/workflows.html";
  private static final String LINK = "/page/workflow-link.html";
  private static final int MAX_TOKEN = 4096;

  private final WorkflowSource source;
  private final List<Route> routes = new ArrayList<>();

  /// @param isAlone whether there are no [WebPages] beside: then it has the files that they share
  public WorkflowPages(WorkflowSource source, boolean isAlone) {
    this.source = source;
    List<String> files =
        new ArrayList<>(
            List.of(LIST, LINK, "/page/workflows.js", "/page/workflow-link.js", "/page/decide.js"));
    if (isAlone) {
      files.addAll(WebPages.SHARED);
      routes.add(page("/", LIST));
    }
    files.forEach(file -> routes.add(page(file, file)));
    routes.add(page("/workflows", LIST));
    routes.add(page("/workflows/link", LINK));
    routes.add(
        Route.get("/page/workflows", Access.MANAGE, exchange -> exchange.reply(source.overview())));
    routes.add(
        Route.get(
            "/page/workflows/{run}",
            Access.MANAGE,
            exchange -> exchange.reply(source.run(exchange.pathParameter("run")))));
    routes.add(Route.post("/page/workflows/decide", Access.MANAGE, this::decide));
    routes.add(Route.post("/page/workflow-link/look", Access.OPEN, this::look));
    routes.add(Route.post("/page/workflow-link/follow", Access.OPEN, this::follow));
  }

  private static Route page(String path, String file) {
    StaticFile read = StaticFile.read(file);
    return Route.get(path, Access.OPEN, exchange -> WebPages.send(exchange, read));
  }

  private void decide(Exchange exchange) {
    Fields body = exchange.body();
    WorkflowSource.Action action =
        WorkflowSource.Action.valueOf(
            body.oneOf("action", List.of("send", "edit", "skip"))
                .orElseThrow(() -> new ChatException("action", "is missing"))
                .toUpperCase(Locale.ROOT));
    boolean isEdit = action == WorkflowSource.Action.EDIT;
    WorkflowSource.Decision decision =
        new WorkflowSource.Decision(
            body.requiredString("run"),
            body.requiredString("step"),
            body.requiredString("digest"),
            action,
            isEdit ? Optional.of(body.required("payload")) : Optional.empty(),
            body.string("note", ""));
    String name = exchange.caller().name();
    source.decide(decision, name.isEmpty() ? "somebody at the page" : name);
    exchange.reply(done());
  }

  private void look(Exchange exchange) {
    exchange.reply(source.look(token(exchange.body())));
  }

  private void follow(Exchange exchange) {
    Fields body = exchange.body();
    source.follow(token(body), body.value("payload"));
    exchange.reply(done());
  }

  private static JsonNode done() {
    return JsonNodeFactory.instance.objectNode().put("done", true);
  }

  private static String token(Fields body) {
    String token = body.requiredString("token");
    return token.length() > MAX_TOKEN ? token.substring(0, MAX_TOKEN) : token;
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
