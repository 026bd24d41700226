package dev.freehold.server.page;

import dev.freehold.server.Problem;
import dev.freehold.server.ServerException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Whoever can say what requests took and cost.
public interface UsageSource {
  /// For a server that keeps no ledger.
  UsageSource NONE =
      question -> {
        throw new ServerException(
            Problem.Kind.NOT_FOUND, "this server keeps no ledger of what requests took");
      };

  /// What a page asks for.
  ///
  /// @param by what rows stand for beside days
  /// @param days how many, today as the last
  /// @param caller whose requests alone; empty for everybody's
  record Question(By by, int days, Optional<String> caller) {}

  /// What rows stand for.
  enum By {
    ROUTE,
    BACKEND,
    MODEL,
    KEY
  }

  /// An object with `days` and `groups`, each with `rows`, a `total` and `failovers` as `freehold
  /// usage --json` tells them, and, where models were evaluated, `evaluations`: a list with the
  /// `name` of the model, the name and the `digest` of the `tasks`, how many `items` were judged,
  /// `score` with its interval from `low` to `high`, all from 0 to 1, and, where they are known,
  /// `cost_micros` and `currency` of a thousand tasks.
  ///
  /// @throws ServerException where there is nothing to tell
  JsonNode usage(Question question);
}
