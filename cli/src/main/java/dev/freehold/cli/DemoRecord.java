package dev.freehold.cli;

import dev.freehold.audit.subject.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What `verify demo` found on this machine, written down for `audit demo`.
///
/// @param files the model and what it is said to be made by
record DemoRecord(Surroundings surroundings, DemoFiles files) {
  private static final String NAME = "verification.json";

  /// Where it is kept, one for each model that Freehold carried.
  Path file() {
    return DemoModel.cache(surroundings)
        .resolve("verification-" + files.digest().substring(0, 16) + ".json");
  }

  /// Writes down that all data came out equal, and of the steps those that were computed.
  void data(long computed, long steps) {
    if (read().map(done -> done.equal().contains(Evidence.Part.WEIGHTS)).orElse(false)) {
      return; // more is known already
    }
    write("data", computed, steps);
  }

  /// Writes down that all steps and the model's file came out equal.
  void weights(long steps) {
    write("weights", steps, steps);
  }

  private void write(String equal, long computed, long steps) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("model", "sha256:" + files.digest());
    node.put("recipe", "sha256:" + files.recipeDigest());
    node.put("equal", equal);
    node.put("steps_computed", computed);
    node.put("steps", steps);
    node.put("program", "freehold " + Main.version());
    node.put("at", surroundings.clock().instant().toString());
    try {
      Files.createDirectories(file().resolveSibling(""));
    } catch (IOException e) {
      throw new CliException("%s cannot be written: %s".formatted(file(), e), e);
    }
    WholeFile.write(
        file(), JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(node));
  }

  /// What is written down of this very model; empty where nothing is, or of another recipe.
  Optional<Evidence.Rebuilt> read() {
    if (!Files.isRegularFile(file())) {
      return Optional.empty();
    }
    try {
      RebuildRecord record = RebuildRecord.read(file(), NAME);
      boolean same =
          record.model().equals(files.digest()) && record.recipe().equals(files.recipeDigest());
      return same ? Optional.of(record.own()) : Optional.empty();
    } catch (CliException unreadable) {
      return Optional.empty();
    }
  }
}
