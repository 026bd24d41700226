package dev.freehold.cli;

import dev.freehold.train.replay.Comparison;
import dev.freehold.train.replay.Dispute;
import dev.freehold.train.replay.Finding;
import dev.freehold.train.replay.RunFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Two training runs that should be the same: where they part, and which of them is right.
///
/// @param data folder of the corpus, for recipes that train on shards
record DisputedRuns(Surroundings surroundings, Path one, Path other, Optional<Path> data) {
  /// Compares the two, and computes the first step at which they differ.
  ///
  /// @return success only where all steps that both hold agree
  Integer compare() {
    PrintStream out = surroundings.out();
    Comparison comparison = Comparison.of(RunFolder.open(one), RunFolder.open(other));
    List<Comparison.Unlike> sources = comparison.sources();
    for (Comparison.Unlike source : sources) {
      out.printf("%-11s %s in %s%n", source.name(), source.one(), one);
      out.printf("            %s in %s%n", source.other(), other);
    }
    boolean alike =
        sources.stream()
            .noneMatch(s -> List.of("recipe", "arithmetic", "without").contains(s.name()));
    if (!alike) {
      return differentRecipes(comparison);
    }
    if (comparison.step().isEmpty()) {
      out.printf("equal       all %d steps that both hold%n", comparison.common());
      out.println("            Whether they are right is another question: verify one of them.");
      return Exit.OK.code();
    }
    printDifference(comparison);
    RunFolder source = comparison.one().hasRecipe() ? comparison.one() : comparison.other();
    RunVerification.prepare(
        surroundings,
        source,
        data,
        (prepared, pool) ->
            print(
                new Dispute(
                        prepared,
                        comparison,
                        pool,
                        step -> surroundings.err().println("computed step " + step))
                    .settle()));
    return Exit.FAILURE.code();
  }

  private Integer differentRecipes(Comparison comparison) {
    for (Comparison.Unlike key : comparison.recipes()) {
      surroundings
          .out()
          .printf(
              "            %s: %s in %s, %s in %s%n",
              key.name(), key.one(), one, key.other(), other);
    }
    surroundings
        .out()
        .println("undecided   runs of different recipes differ by right; verify each by itself");
    return Exit.FAILURE.code();
  }

  private void printDifference(Comparison comparison) {
    long step = comparison.step().orElseThrow();
    PrintStream out = surroundings.out();
    if (step > 1) {
      out.printf("equal       steps 1 to %d%n", step - 1);
    }
    String place = step == 0 ? "what the runs are made from" : "step " + step;
    out.printf("differ      at %s, found by %d looks at the chains%n", place, comparison.looks());
    comparison
        .fields()
        .forEach(field -> {
          out.printf("            %s: %s in %s%n", field.field(), field.one(), one);
          out.printf(
              "            %s  %s in %s%n",
              " ".repeat(field.field().length()), field.other(), other);
        });
  }

  private void print(Dispute.Ruling ruling) {
    PrintStream out = surroundings.out();
    ruling.notes().forEach(note -> out.println("passed over " + note));
    if (ruling.step() > 0) {
      out.printf(
          "computed    steps %d to %d, from %s%n",
          ruling.from() + 1, ruling.step(), ruling.basis());
    }
    print(one, ruling.one());
    print(other, ruling.other());
    if (ruling.one().isPresent() && ruling.other().isPresent()) {
      out.println("neither     of the two was computed as it claims");
    }
  }

  private void print(Path run, Optional<Finding> finding) {
    surroundings
        .out()
        .println(finding.map(f -> "wrong       " + f.text()).orElse("right       " + run));
  }
}
