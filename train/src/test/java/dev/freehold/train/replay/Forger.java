package dev.freehold.train.replay;

import dev.freehold.train.PreparedRun;
import dev.freehold.train.Sha256;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.step.Parameter;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.transcript.StateTree;
import dev.freehold.train.transcript.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes runs that claim what is not so, with every hash recomputed that a forger can recompute.
final class Forger {
  private Forger() {}

  /// The lines of a transcript without their chains.
  static List<String> bodies(Path folder) throws IOException {
    List<String> bodies = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("transcript.jsonl"))) {
      bodies.add(line.substring(0, line.indexOf(",\"chain\"")) + "}");
    }
    return bodies;
  }

  /// Writes a transcript with chains that fit, as docs/verify.md defines them.
  static void write(Path folder, List<String> bodies) throws IOException {
    StringBuilder text = new StringBuilder();
    String chain = "";
    for (String body : bodies) {
      chain = Sha256.of(chain + body);
      text.append(body, 0, body.length() - 1).append(",\"chain\":\"" + chain + "\"}\n");
    }
    Files.writeString(folder.resolve("transcript.jsonl"), text);
  }

  static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (var walk = Files.walk(from)) {
      all = walk.sorted().toList();
    }
    for (Path path : all) {
      Files.copy(path, to.resolve(from.relativize(path)));
    }
  }

  /// One line of a transcript, with another value for a field.
  static String with(String body, String field, String value) {
    return body.replaceFirst(
        "\"" + field + "\":\"[0-9a-f]*\"", "\"" + field + "\":\"" + value + "\"");
  }

  static void copy(Parameters from, Parameters to) {
    for (int i = 0; i < from.all().size(); i++) {
      Parameter source = from.all().get(i);
      Parameter target = to.all().get(i);
      int length = source.values().length;
      System.arraycopy(source.values(), 0, target.values(), 0, length);
      System.arraycopy(source.first(), 0, target.first(), 0, length);
      System.arraycopy(source.second(), 0, target.second(), 0, length);
    }
  }

  /// Trains on honestly from the parameters as they are, and writes lines and checkpoints.
  ///
  /// @param bodies lines up to a step; those of later steps are added
  static void trainOn(PreparedRun prepared, Checkpoints checkpoints, List<String> bodies) {
    for (long step = bodies.size(); step <= prepared.recipe().steps(); step++) {
      PreparedRun.Outcome outcome = prepared.compute(step);
      add(bodies, outcome.record());
      if (step % prepared.recipe().intervals().checkpoint() == 0) {
        StateTree state = outcome.state().orElseThrow();
        checkpoints.save(step, prepared.parameters(), state, prepared.files());
      }
    }
  }

  static void add(List<String> bodies, StepRecord record) {
    String body =
        "{\"step\":%d,\"batch\":\"%s\",\"loss\":\"%08x\",\"norm\":\"%08x\",\"rate\":\"%08x\"%s}"
            .formatted(
                record.step(),
                record.batch(),
                Float.floatToRawIntBits(record.loss()),
                Float.floatToRawIntBits(record.norm()),
                Float.floatToRawIntBits(record.rate()),
                record.state().map(root -> ",\"state\":\"" + root + "\"").orElse(""));
    bodies.add(body);
  }
}
