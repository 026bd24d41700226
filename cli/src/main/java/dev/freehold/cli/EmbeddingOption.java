package dev.freehold.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/// Which model makes the vectors of an index.
final class EmbeddingOption {
  @Option(
      names = "--embeddings",
      paramLabel = "MODEL",
      description =
          "A model of this machine that makes vectors, by which passages are found that mean the"
              + " same in other words.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--passage-prefix",
      paramLabel = "TEXT",
      description = "What the model wants put before each passage, as \"passage: \".")
  private String passagePrefix = "";

  @Option(
      names = "--question-prefix",
      paramLabel = "TEXT",
      description = "What the model wants put before each question, as \"query: \".")
  private String questionPrefix = "";

  Optional<String> model() {
    return model;
  }

  String passagePrefix() {
    return passagePrefix;
  }

  String questionPrefix() {
    return questionPrefix;
  }
}
