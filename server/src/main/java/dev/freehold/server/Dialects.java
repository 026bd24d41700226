package dev.freehold.server;

import dev.freehold.chat.PullBackend;
import dev.freehold.server.anthropic.AnthropicDialect;
import dev.freehold.server.ollama.OllamaDialect;
import dev.freehold.server.openai.OpenAiDialect;
import dev.freehold.server.page.OpennessSource;
import dev.freehold.server.page.UsageSource;
import dev.freehold.server.page.WebPages;
import dev.freehold.server.responses.ResponsesDialect;
import dev.freehold.server.wire.Ids;
import java.util.List;

/// All that the server speaks, in one place, so that tests reach every route there is.
public final class Dialects {
  private Dialects() {}

  /// @param backends who answers
  /// @param pulls who fetches models
  public static List<Dialect> all(Backends backends, PullBackend pulls) {
    return all(backends, pulls, UsageSource.NONE, OpennessSource.NONE);
  }

  /// @param backends who answers
  /// @param pulls who fetches models
  /// @param usage who knows what requests took
  /// @param openness who can say how open models are
  public static List<Dialect> all(
      Backends backends, PullBackend pulls, UsageSource usage, OpennessSource openness) {
    Ids ids = Ids.random();
    return List.of(
        new OpenAiDialect(backends),
        new AnthropicDialect(backends, ids),
        new OllamaDialect(backends, pulls, ids, false),
        new ResponsesDialect(backends, ids),
        new WebPages(backends, usage, openness));
  }
}
