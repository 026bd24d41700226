package dev.freehold.server.openai;

import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Problem;
import dev.freehold.server.Route;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// OpenAI's API, with what llama.cpp and vLLM add to it.
public final class OpenAiDialect implements Dialect {
  private final List<Route> routes;

  public OpenAiDialect(Backends backends) {
    List<Route> all = new ArrayList<>();
    all.addAll(new ChatRoutes(backends).routes());
    all.addAll(new CompletionRoutes(backends).routes());
    all.addAll(new EmbeddingRoutes(backends).routes());
    all.addAll(new TokenRoutes(backends).routes());
    all.addAll(new ModelRoutes(backends.models()).routes());
    this.routes = List.copyOf(all);
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return OpenAiErrors.body(problem);
  }

  @Override
  public String brokenOff(Problem problem, String requestId) {
    return "data: " + OpenAiErrors.body(problem) + "\n\n";
  }
}
