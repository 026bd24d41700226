package dev.freehold.train.transcript;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a step commits to.
///
/// @param batch SHA-256 of its tokens and targets
/// @param loss mean over the targets that count
/// @param norm of the gradient, before clipping
/// @param rate learning rate
/// @param state Merkle root of weights and optimizer state after it, at an interval
public record StepRecord(
    long step, String batch, float loss, float norm, float rate, Optional<String> state) {
  /// A field of two records of the same step that is not the same in both.
  public record Difference(String field, String one, String other) {}

  /// The fields in the order of the file; floats as the digits of their bits.
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("batch", batch);
    fields.put("loss", bits(loss));
    fields.put("norm", bits(norm));
    fields.put("rate", bits(rate));
    state.ifPresent(root -> fields.put("state", root));
    return fields;
  }

  /// A record from its line.
  ///
  /// @throws TrainException that names the field that is not as it must be
  static StepRecord of(JsonNode line, String where) {
    JsonNode step = line.path("step");
    if (!step.isIntegralNumber() || !step.canConvertToLong()) {
      throw new TrainException("%s: step: expected a number, found %s".formatted(where, step));
    }
    return new StepRecord(
        step.longValue(),
        digest(line, "batch", where),
        real(line, "loss", where),
        real(line, "norm", where),
        real(line, "rate", where),
        line.has("state") ? Optional.of(digest(line, "state", where)) : Optional.empty());
  }

  private static String digest(JsonNode line, String field, String where) {
    String text = line.path(field).asString("");
    if (!Sha256.isDigest(text)) {
      throw new TrainException(
          "%s: %s: expected a SHA-256 of 64 lowercase digits, found %s"
              .formatted(where, field, line.path(field)));
    }
    return text;
  }

  private static float real(JsonNode line, String field, String where) {
    String text = line.path(field).asString("");
    if (!text.matches("[0-9a-f]{8}")) {
      throw new TrainException(
          "%s: %s: expected the bits of a float32 as 8 lowercase digits, found %s"
              .formatted(where, field, line.path(field)));
    }
    return Float.intBitsToFloat(HexFormat.fromHexDigits(text));
  }

  private static String bits(float value) {
    return HexFormat.of().toHexDigits(Float.floatToRawIntBits(value));
  }

  private static String text(float value) {
    return "%s (%s)".formatted(bits(value), value);
  }

  /// The fields that differ, in the order in which a step comes to them.
  public List<Difference> differences(StepRecord other) {
    List<Difference> found = new ArrayList<>();
    add(found, "step", "" + step, "" + other.step);
    add(found, "batch", batch, other.batch);
    add(found, "rate", text(rate), text(other.rate));
    add(found, "loss", text(loss), text(other.loss));
    add(found, "norm", text(norm), text(other.norm));
    add(found, "state", state.orElse("none"), other.state.orElse("none"));
    return found;
  }

  private static void add(List<Difference> found, String field, String one, String other) {
    if (!one.equals(other)) {
      found.add(new Difference(field, one, other));
    }
  }
}
