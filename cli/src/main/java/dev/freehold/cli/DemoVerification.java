package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.model.Model;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.export.GgufExport;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.replay.Replay;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.replay.Stretch;
import dev.freehold.train.step.Batch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Checks that the demo model is what its recipe gives, from the generator of its corpus on.
///
/// @param files the model, and what it is said to be made by
/// @param out folder of the run that is computed; one in the cache folder where it is empty, which
///   keeps its last checkpoint only
record DemoVerification(Surroundings surroundings, DemoFiles files, Optional<Path> out) {
  /// Steps from the begin that are computed for each unit of a sample.
  private static final int STEPS_OF_A_SAMPLE = 10;

  private static final int LAST_STEPS = 4;

  /// What 8-bit weights may add to or take from a loss, as a part of it. The last steps, whose rate
  /// is near 0, change it by far less.
  private static final double TOLERANCE = 0.02;

  /// Trains the model again, exports it and compares the file. Goes on where it was interrupted.
  Integer rebuild() {
    Path folder = out.orElseGet(() -> DemoModel.cache(surroundings).resolve(rebuildName()));
    PrintStream text = surroundings.out();
    int threads = Runtime.getRuntime().availableProcessors();
    KernelOptions options = new KernelOptions(Tier.MACHINE, 0, threads, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      files.writeRun(folder);
      Recipe recipe = RunFolder.open(folder).recipe();
      text.println("run         " + folder + ", from recipe " + recipe.digest());
      surroundings.err().println("preparing tokenizer and data");
      Path tokenizer = folder.resolve("tokenizer");
      TrainingRun run =
          new TrainingRun(
              new PreparedRun(recipe, Optional.empty(), tokenizer, kernels, false),
              folder,
              kernels);
      if (run.step() > 0) {
        surroundings.err().printf("going on after step %d%n", run.step());
      }
      Checkpoints checkpoints =
          new Checkpoints(folder.resolve(TrainingRun.CHECKPOINTS), recipe.digest());
      new TrainingProgress(surroundings, folder, recipe, false)
          .finish(
              run,
              kernels,
              step -> {
                if (step.saved() && out.isEmpty()) {
                  checkpoints.deleteBefore(step.step());
                }
              });
      text.printf("computed    equal: all %d steps, root %s%n", run.step(), run.root());
      Path file = folder.resolve("seedling.gguf");
      GgufExport.write(run.lastCheckpoint(), file, Dtype.Q8_0, Optional.of("Seedling"));
      Integer code = compare(Sha256.of(file), file);
      DemoRecord record = new DemoRecord(surroundings, files);
      record.weights(run.step());
      text.printf("record      %s; \"freehold sign\" signs it for others%n", record.file());
      return code;
    } catch (IOException e) {
      throw new CliException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private String rebuildName() {
    return "rebuild-" + files.digest().substring(0, 16);
  }

  private Integer compare(String rebuilt, Path file) {
    String carried = files.digest();
    if (!rebuilt.equals(carried)) {
      throw new CliException(
          Exit.FAILURE,
          "%s has the SHA-256 %s, the demo model %s".formatted(file, rebuilt, carried),
          "The demo model is not what its recipe gives.");
    }
    surroundings.out().println("rebuilt     equal: the demo model is " + carried);
    return Exit.OK.code();
  }

  /// Checks what can be checked in a minute: what every step read, the first steps, and that the
  /// carried model has the losses of the last ones.
  ///
  /// @param sample how much, in steps of [#STEPS_OF_A_SAMPLE]
  Integer sample(int sample) {
    try {
      Path folder = Files.createTempDirectory("demo");
      try {
        files.writeRun(folder);
        RunFolder run = RunFolder.open(folder);
        long steps = run.transcript().steps();
        PrintStream text = surroundings.out();
        text.printf(
            "chain       unbroken over %d steps, root %s%n", steps, run.transcript().root());
        RunVerification.prepare(
            surroundings,
            run,
            Optional.empty(),
            (prepared, pool) -> {
              Replay replay =
                  new Replay(
                      prepared,
                      run,
                      pool,
                      step -> surroundings.err().println("computed step " + step));
              RunVerification.require(replay.header());
              text.println("header      equal: recipe, tokenizer and data, all made again");
              RunVerification.require(replay.inputs());
              text.printf("inputs      equal: batch and rate of all %d steps%n", steps);
              long last = Math.min(steps, (long) STEPS_OF_A_SAMPLE * sample);
              RunVerification.require(replay.stretch(new Stretch(0, last)));
              text.printf("computed    equal: steps 1 to %d%n", last);
              lastLosses(prepared, run);
              new DemoRecord(surroundings, files).data(last, steps);
              text.printf(
                  "covered     %d of %d steps computed again; \"verify demo\" without --sample"
                      + " computes all, and the file%n",
                  last, steps);
            });
        return Exit.OK.code();
      } finally {
        RunVerification.delete(folder);
      }
    } catch (IOException e) {
      throw new CliException("a temporary folder cannot be written: " + e.getMessage(), e);
    }
  }

  /// Compares the losses that the transcript states for the last steps with those that the carried
  /// model has on the same batches.
  private void lastLosses(PreparedRun prepared, RunFolder run) {
    long steps = run.transcript().steps();
    double widest = 0;
    try (Model model =
        Models.open(surroundings, DemoModel.found(surroundings), new ArithmeticOptions())) {
      for (long step = Math.max(1, steps - LAST_STEPS + 1); step <= steps; step++) {
        Likelihood likelihood = new Likelihood(model);
        for (Batch batch : prepared.parts(step)) {
          add(likelihood, batch);
        }
        double stated = run.transcript().step(step).loss();
        double part = Math.abs(likelihood.mean() - stated) / stated;
        widest = Math.max(widest, part);
        if (!(part <= TOLERANCE)) {
          throw new CliException(
              Exit.FAILURE,
              String.format(
                  Locale.ROOT,
                  "step %d: the transcript states the loss %.4f, the demo model has %.4f",
                  step,
                  stated,
                  likelihood.mean()),
              "The demo model is not the one that this run ended with.");
        }
      }
    }
    surroundings
        .out()
        .printf(
            Locale.ROOT,
            "losses      near: the demo model's on the last %d batches, within %.2f %% of those"
                + " stated (8-bit weights; %.0f %% is allowed)%n",
            LAST_STEPS,
            100 * widest,
            100 * TOLERANCE);
  }

  private static void add(Likelihood likelihood, Batch batch) {
    for (int i = 0; i < batch.sequences(); i++) {
      int from = i * batch.length();
      int to = from + batch.length();
      likelihood.add(
          Arrays.copyOfRange(batch.tokens(), from, to),
          Arrays.copyOfRange(batch.targets(), from, to));
    }
  }
}
