package dev.freehold.cli;

import dev.freehold.engine.ReceiptCheck;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KvDtype;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What decides the bits of answers of a model of this machine, beside what is asked: it is written
/// down with a run, and what differs from it is told.
///
/// @param arithmetic the rules of computing
/// @param model its name here
/// @param stamp of its files, which changes when they do; empty in a file that left this machine
/// @param files with their digests; none where they are not known
/// @param time that chat templates are told, for the whole run; empty where it is the time of each
///   answer
record Computation(
    String arithmetic,
    ActivationFormat activations,
    KvDtype kv,
    String model,
    String stamp,
    List<ModelFile> files,
    Optional<LocalDateTime> time) {
  /// The member of a run's settings that this is.
  static final String MEMBER = "computed";

  private static final int MOST_FILES = 1000;

  Computation {
    files = List.copyOf(files);
  }

  /// What computes with these options.
  static Computation of(
      FoundModel found, Model opened, ModelOptions options, Optional<LocalDateTime> time) {
    return new Computation(
        Model.ARITHMETIC,
        options.kernels().activations(),
        options.kvDtype(),
        found.name(),
        HashedFiles.of(found, opened.store().files()).stamp(),
        List.of(),
        time);
  }

  ObjectNode asJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("arithmetic", arithmetic)
        .put("activations", lower(activations))
        .put("kv", lower(kv))
        .put("model", model);
    time.ifPresent(told -> json.put("time", told.toString()));
    if (!stamp.isEmpty()) {
      json.put("stamp", stamp);
    }
    if (!files.isEmpty()) {
      ArrayNode all = json.putArray("files");
      files.forEach(file ->
          all.addObject()
              .put("name", file.name())
              .put("bytes", file.bytes())
              .put("sha256", file.sha256()));
    }
    return json;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /// What was written down; empty where a server answered, or an older version wrote it.
  ///
  /// @throws CliException where this program does not compute so
  static Optional<Computation> of(JsonNode settings) {
    JsonNode json = settings.path(MEMBER);
    if (json.isMissingNode() || json.isEmpty()) {
      return Optional.empty();
    }
    if (!json.path("arithmetic").asString("").equals(Model.ARITHMETIC)) {
      throw new CliException(
          Exit.FAILURE,
          "the run was computed by the rules \"%s\", this program computes %s"
              .formatted(Failure.printable(json.path("arithmetic").asString("")), Model.ARITHMETIC),
          "Use a version of Freehold that computes so.");
    }
    List<ModelFile> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      if (files.size() < MOST_FILES) {
        files.add(
            new ModelFile(
                file.path("name").asString(""),
                file.path("bytes").asLong(0),
                file.path("sha256").asString("")));
      }
    }
    return Optional.of(
        new Computation(
            Model.ARITHMETIC,
            value(ActivationFormat.values(), json, "activations"),
            value(KvDtype.values(), json, "kv"),
            json.path("model").asString(""),
            json.path("stamp").asString(""),
            files,
            time(json)));
  }

  private static <E extends Enum<E>> E value(E[] values, JsonNode json, String member) {
    String name = json.path(member).asString("");
    return ReceiptVerification.value(values, Failure.printable(name), member);
  }

  private static Optional<LocalDateTime> time(JsonNode json) {
    if (!json.has("time")) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(json.path("time").asString("")));
    } catch (DateTimeException wrong) {
      throw new CliException("the run's time is none: " + wrong.getMessage(), wrong);
    }
  }

  ArithmeticOptions options() {
    return new ArithmeticOptions().with(activations, kv);
  }

  /// In what two differ, in words; nothing where answers come out the same. The time is no
  /// difference: a run keeps the one that it began with.
  List<String> differences(Computation other) {
    List<String> all = new ArrayList<>();
    tell(all, "activations", lower(activations), lower(other.activations));
    tell(all, "kv", lower(kv), lower(other.kv));
    tell(all, "model", model, other.model);
    if (model.equals(other.model) && !stamp.isEmpty() && !other.stamp.isEmpty()) {
      tell(all, "files of the model", stamp, other.stamp);
    }
    return all;
  }

  private static void tell(List<String> all, String what, String mine, String others) {
    if (!mine.equals(others)) {
      all.add("%s %s, not %s".formatted(what, Failure.printable(others), Failure.printable(mine)));
    }
  }

  /// In what a model's files differ from those that were named; empty where they are the same, or
  /// none were named.
  Optional<ReceiptCheck.Difference> difference(Surroundings surroundings, FoundModel found) {
    return files.isEmpty()
        ? Optional.empty()
        : ReceiptCheck.files(files, hashed(found).hash(surroundings));
  }

  private static HashedFiles hashed(FoundModel found) {
    try (TensorStore store = ModelFiles.open(found.path())) {
      return HashedFiles.of(found, store.files());
    }
  }

  /// For a file that leaves this machine: with the digests of the model's files, where they are
  /// still those that computed.
  Computation withFiles(Surroundings surroundings) {
    try {
      FoundModel found = Models.find(surroundings, model);
      HashedFiles now = hashed(found);
      if (now.stamp().equals(stamp)) {
        return new Computation(
            arithmetic, activations, kv, model, "", now.hash(surroundings), time);
      }
    } catch (HubException | CliException | TensorException gone) {
      // told below
    }
    surroundings
        .err()
        .println(
            "note: the model %s is not as it was in the run; the file does not name its digests"
                .formatted(Failure.printable(model)));
    return new Computation(arithmetic, activations, kv, model, "", List.of(), time);
  }
}
