package dev.freehold.cli;

import dev.freehold.chat.ServedModel.Capability;
import dev.freehold.cli.exit.LocalModelFacts;
import dev.freehold.cli.speed.OwnSpeed;
import dev.freehold.cli.speed.SpeedTest;
import dev.freehold.cli.speed.Volume;
import dev.freehold.engine.Capabilities;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Models of this machine as a plan looks at them: opened one after the other, and measured for
/// some seconds where that is wanted.
final class PlanModels {
  private static final int MOST = 20;
  private static final int DEPTH = 512;
  private static final int PROMPT = 128;
  private static final int ANSWER = 16;

  private final Surroundings surroundings;
  private final ArithmeticOptions arithmetic;
  private final long longest;

  /// What was found of a model.
  ///
  /// @param measured tokens per second of prompts and of answers; empty where it was not measured
  record Looked(LocalModelFacts facts, Optional<double[]> measured) {}

  /// @param longest tokens of the longest request
  PlanModels(Surroundings surroundings, ArithmeticOptions arithmetic, long longest) {
    this.surroundings = surroundings;
    this.arithmetic = arithmetic;
    this.longest = longest;
  }

  /// Those that are named, else all of this machine.
  List<FoundModel> chosen(List<String> names) {
    if (!names.isEmpty()) {
      return names.stream().map(name -> Models.find(surroundings, name)).toList();
    }
    List<FoundModel> all = Models.inventory(surroundings).models();
    if (all.size() > MOST) {
      surroundings
          .err()
          .println(
              "note: of %d models the first %d are looked at; name others with --model"
                  .formatted(all.size(), MOST));
    }
    return all.stream().limit(MOST).toList();
  }

  /// Looks at each; one that cannot be opened is told of and left out.
  void look(
      List<FoundModel> models, Predicate<LocalModelFacts> isMeasured, Consumer<Looked> looked) {
    for (FoundModel found : models) {
      try (Model model = Models.open(surroundings, found, arithmetic)) {
        LocalModelFacts facts = facts(found, model);
        looked.accept(
            new Looked(
                facts,
                isMeasured.test(facts)
                    ? Optional.of(measure(found.name(), model))
                    : Optional.empty()));
      } catch (RuntimeException cannot) {
        surroundings
            .err()
            .println(
                "note: %s cannot be opened: %s"
                    .formatted(
                        Failure.printable(found.name()),
                        Failure.printable(String.valueOf(cannot.getMessage()))));
      }
    }
  }

  private LocalModelFacts facts(FoundModel found, Model model) {
    int context = model.architecture().contextLength();
    int positions = (int) Math.min(context, Math.max(longest, DEPTH));
    SpeedTest.Prefill prompt = new SpeedTest.Prefill(DEPTH);
    return new LocalModelFacts(
        found.name(),
        found.bytes(),
        model.stateBytes(positions),
        new LocalModelFacts.Limits(
            context, Capabilities.of(Models.local(found, model)).contains(Capability.TOOLS)),
        Volume.of(model, prompt).times(1.0 / prompt.tokens()),
        Volume.of(model, new SpeedTest.Decode(1, DEPTH)));
  }

  /// The second run of each: the first one reads the weights from the disk.
  private double[] measure(String name, Model model) {
    surroundings.err().println("measuring " + Failure.printable(name) + " for some seconds");
    try (OwnSpeed speed = new OwnSpeed(model)) {
      SpeedTest prompt =
          new SpeedTest.Prefill(Math.min(PROMPT, model.architecture().contextLength() / 2));
      SpeedTest answer = new SpeedTest.Decode(ANSWER, 0);
      double unused = speed.measure(prompt) + speed.measure(answer);
      assert unused > 0;
      return new double[] {speed.measure(prompt), speed.measure(answer)};
    }
  }
}
