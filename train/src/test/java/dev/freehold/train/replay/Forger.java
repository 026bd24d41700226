package dev.freehold.train.replay;

import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TinyRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.RecipeReader;
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
///
/// @param folder holds the run `honest`, and gets the forged ones
/// @param prepared from the recipe of that run
record Forger(Path folder, PreparedRun prepared, Kernels kernels) {

  /// A copy of the honest run.
  Path forgery(String name) throws IOException {
    Path copy = folder.resolve(name);
    copy(folder.resolve("honest"), copy);
    return copy;
  }

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

  /// A run with twice the rate in one step, trained on honestly after it.
  Path otherRate(String name, long step, boolean admitted) throws IOException {
    Path run = forgery(name);
    PreparedRun doubled =
        new PreparedRun(
            RecipeReader.parse(TinyRun.RECIPE.replace("3e-3", "6e-3"), "doubled"),
            folder.resolve("tokenizer"),
            kernels,
            false);
    Checkpoints checkpoints = RunFolder.open(run).checkpoints();
    List<String> bodies = new ArrayList<>(bodies(run).subList(0, 5));
    prepared.restart();
    checkpoints.read(4, prepared.parameters(), kernels.pool());
    for (long honestly = 5; honestly < step; honestly++) {
      add(bodies, prepared.compute(honestly).record());
    }
    copy(prepared.parameters(), doubled.parameters());
    add(bodies, doubled.compute(step).record());
    if (!admitted) {
      String rate = "%08x".formatted(Float.floatToRawIntBits(prepared.rate(step)));
      bodies.set((int) step, with(bodies.get((int) step), "rate", rate));
    }
    copy(doubled.parameters(), prepared.parameters());
    trainOn(prepared, checkpoints, bodies);
    write(run, bodies);
    return run;
  }

  /// Changes one weight of a checkpoint by one unit in the last place and describes it anew.
  StateTree oneUlp(Path run, long step, String name) {
    Checkpoints checkpoints = RunFolder.open(run).checkpoints();
    checkpoints.read(step, prepared.parameters(), kernels.pool());
    for (Parameter parameter : prepared.parameters().all()) {
      if (parameter.name().equals(name)) {
        parameter.values()[7] = Math.nextUp(parameter.values()[7]);
      }
    }
    StateTree state = prepared.state();
    checkpoints.save(step, prepared.parameters(), state, prepared.files());
    return state;
  }
}
