package dev.freehold.vault.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs faults of a registry, each with a registry and a store of its own, and tells what happened.
final class FaultTable {
  /// What a fault does to the bed, and what is right about what came of it.
  @FunctionalInterface
  interface Case {
    /// @return what happened, where it is right
    String run(RegistryBed bed) throws Exception;
  }

  /// A fault.
  record Fault(String id, String what, Case test) {}

  /// One line of the table.
  record Row(String id, String what, String happened, boolean isRight) {
    String line() {
      return "| %-4s| %-45s| %-6s| %s |"
          .formatted(id, what, isRight ? "right" : "WRONG", happened.strip());
    }
  }

  private FaultTable() {}

  static List<Row> run(List<Fault> faults, Path folder) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Fault fault : faults) {
      Path own = Files.createDirectories(folder.resolve("bed-" + rows.size()));
      try (RegistryBed bed = new RegistryBed(own)) {
        rows.add(new Row(fault.id(), fault.what(), fault.test().run(bed), true));
      } catch (Throwable wrong) {
        String told = String.valueOf(wrong).replaceAll("\\s+", " ");
        rows.add(new Row(fault.id(), fault.what(), told, false));
      }
    }
    return rows;
  }

  /// The pull must be refused for this reason, tell no secret, and leave no model and no blob.
  static String refused(RegistryBed bed, String rest, String... reason) throws Exception {
    try {
      bed.pull(rest);
    } catch (dev.freehold.hub.HubException | dev.freehold.vault.VaultException refused) {
      String message = String.valueOf(refused.getMessage());
      for (String part : reason) {
        require(message.contains(part), "says \"%s\", not \"%s\"".formatted(message, part));
      }
      String told = message + bed.events;
      require(!told.contains(FakeRegistry.PASSWORD), "tells the password");
      require(!told.contains(FakeRegistry.TOKEN), "tells the token");
      require(bed.vault.models().isEmpty(), "left a model");
      require(
          bed.files().stream()
              .noneMatch(
                  name -> name.contains("unpacked-") || name.matches(".*fetched/[0-9a-f]{64}")),
          "left what it refused");
      return message;
    }
    throw new AssertionError("the pull was not refused");
  }

  /// The pull must bring the model, whatever happens on the way.
  static String whole(RegistryBed bed) throws Exception {
    bed.pull("org/tiny");
    require(java.util.Arrays.equals(bed.file("tiny.gguf"), RegistryBed.MODEL), "has other bytes");
    return "the model is whole";
  }

  static void require(boolean isRight, String what) {
    if (!isRight) {
      throw new AssertionError(what);
    }
  }
}
