package dev.freehold.cli;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.engine.LocalModel;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// One model that is loaded for as long as the program runs, as its clients see it.
final class SingleModel implements ModelAdmin, EmbeddingBackend, ActivityBackend {
  private final ServedModel served;

  SingleModel(FoundModel found, LocalModel local, int contextLength) {
    Architecture architecture = local.model().architecture();
    this.served =
        new ServedModel(
            found.name(),
            "",
            modified(found),
            found.bytes(),
            Optional.of(
                new ServedModel.Details(
                    "",
                    found.format().label(),
                    architecture.family(),
                    "",
                    0,
                    architecture.contextLength(),
                    architecture.modelDim(),
                    Set.of(),
                    "",
                    JsonNodeFactory.instance.objectNode())),
            Optional.of(new ServedModel.Loaded(contextLength, found.bytes(), Optional.empty())));
  }

  private static Instant modified(FoundModel found) {
    try {
      return Files.getLastModifiedTime(found.path()).toInstant();
    } catch (IOException gone) {
      return Instant.EPOCH;
    }
  }

  @Override
  public List<ServedModel> models() {
    return List.of(served);
  }

  @Override
  public ServedModel show(String name) {
    if (!name.equals(served.name())) {
      throw new ChatException(
          Kind.MODEL_NOT_FOUND,
          "model",
          "\"%s\" is not served here; \"%s\" is".formatted(name, served.name()));
    }
    return served;
  }

  @Override
  public void load(String name, Optional<Duration> keepAlive) {
    show(name);
  }

  @Override
  public void unload(String name) {
    show(name);
    throw new ChatException(Kind.NOT_SUPPORTED, "model", "stays loaded as long as the server runs");
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    throw new ChatException(Kind.NOT_SUPPORTED, "", "this server does not embed texts");
  }

  @Override
  public List<Activity> activity() {
    return List.of();
  }
}
