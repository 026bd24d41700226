package dev.freehold.cli;

import static java.util.stream.Collectors.joining;

import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.EmbeddingModel;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.util.Optional;
import java.util.OptionalInt;

/// A model of this machine, opened to make vectors of passages and questions.
final class LocalEmbeddings implements AutoCloseable {
  private static final int LONGEST_CONTEXT = 8_192;

  private final Model model;
  private final LocalBackend backend;
  private final Embedder embedder;

  private LocalEmbeddings(Surroundings surroundings, Wanted wanted) {
    ArithmeticOptions arithmetic = new ArithmeticOptions();
    FoundModel found = Models.find(surroundings, wanted.name());
    this.model = Models.open(surroundings, found, arithmetic);
    int context = Math.min(LONGEST_CONTEXT, model.architecture().contextLength());
    this.backend =
        new LocalBackend(
            Models.local(found, model),
            new EngineOptions(
                OptionalInt.of(context),
                EngineOptions.DEFAULT_STEP,
                MachineMemory.availableBytes(),
                surroundings.clock()));
    String digests =
        HashedFiles.of(found, model.store().files()).hash(surroundings).stream()
            .map(file -> file.sha256())
            .collect(joining(","));
    String identity = digests + " " + arithmetic.numbers();
    this.embedder =
        new Embedder(
            backend,
            "",
            new EmbeddingModel(
                wanted.name(), identity, wanted.passagePrefix(), wanted.questionPrefix()));
  }

  /// A model and the prefixes that it wants.
  private record Wanted(String name, String passagePrefix, String questionPrefix) {}

  /// The model that the options name, else the one that an index has recorded, else none.
  static Optional<LocalEmbeddings> open(
      Surroundings surroundings, EmbeddingOption option, Optional<EmbeddingModel> recorded) {
    Optional<Wanted> named =
        option
            .model()
            .map(name -> new Wanted(name, option.passagePrefix(), option.questionPrefix()));
    return named
        .or(() -> recorded.map(r -> new Wanted(r.name(), r.passagePrefix(), r.questionPrefix())))
        .map(wanted -> new LocalEmbeddings(surroundings, wanted));
  }

  Embedder embedder() {
    return embedder;
  }

  @Override
  public void close() {
    backend.close();
    model.close();
  }
}
