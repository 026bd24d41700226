package dev.freehold.server.ollama;

import dev.freehold.chat.PullBackend;
import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/pull`: fetches a model and tells how far it is.
final class PullRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final PullBackend pulls;

  PullRoutes(PullBackend pulls) {
    this.pulls = pulls;
  }

  List<Route> routes() {
    return List.of(Route.post("/api/pull", Access.MANAGE, this::pull));
  }

  private void pull(Exchange exchange) {
    String model = OllamaRequest.model(exchange.body());
    ObjectNode success = JSON.objectNode().put("status", "success");
    if (exchange.body().bool("stream", true)) {
      ReplyStream stream = exchange.stream(ReplyStream.Framing.LINES);
      pulls.pull(model, new ProgressLines(exchange.clock(), stream::send), exchange.cancellation());
      refuseCancelled(exchange);
      stream.send(success);
    } else {
      pulls.pull(model, progress -> {}, exchange.cancellation());
      refuseCancelled(exchange);
      exchange.reply(success);
    }
  }

  private static void refuseCancelled(Exchange exchange) {
    if (exchange.cancellation().isCancelled()) {
      throw exchange.cancelled();
    }
  }

  /// Tells progress in lines, ten a second of each stage at most.
  static final class ProgressLines implements Consumer<PullBackend.Progress> {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final InstantSource clock;
    private final Consumer<ObjectNode> lines;
    private String lastStatus = "";
    private Instant last = Instant.MIN;

    ProgressLines(InstantSource clock, Consumer<ObjectNode> lines) {
      this.clock = clock;
      this.lines = lines;
    }

    @Override
    public void accept(PullBackend.Progress progress) {
      String status = status(progress);
      Instant now = clock.instant();
      boolean isComplete = progress.doneBytes() == progress.totalBytes();
      if (status.equals(lastStatus) && !isComplete && now.isBefore(last.plus(PAUSE))) {
        return;
      }
      lastStatus = status;
      last = now;
      ObjectNode line = JSON.objectNode().put("status", status);
      if (progress.stage() == PullBackend.Stage.FETCHING) {
        line.put(
                "digest",
                progress.digest().isEmpty() ? progress.file() : "sha256:" + progress.digest())
            .put("total", progress.totalBytes())
            .put("completed", progress.doneBytes());
      }
      lines.accept(line);
    }

    private static String status(PullBackend.Progress progress) {
      String digest = progress.digest();
      return switch (progress.stage()) {
        case LOOKING -> "pulling manifest";
        case FETCHING ->
            "pulling "
                + (digest.isEmpty()
                    ? progress.file()
                    : digest.substring(0, Math.min(12, digest.length())));
        case VERIFYING -> "verifying sha256 digest";
        case PLACING -> "writing manifest";
      };
    }
  }
}
