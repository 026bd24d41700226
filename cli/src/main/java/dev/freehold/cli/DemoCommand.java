package dev.freehold.cli;

import dev.freehold.chat.Ending;
import dev.freehold.chat.Sampling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold demo`: asks the model that Freehold carries.
@Command(
    name = "demo",
    description = {
      "Asks Seedling, the model that Freehold carries: 3 million parameters, trained by"
          + " recipes/seedling.yaml on text that Freehold itself writes, so that anyone can rebuild"
          + " it. It shows that all works; it is not an assistant.",
      "It answers questions about a short story that you tell, sums and differences to three"
          + " digits, and questions about Freehold. Other commands know it as the model demo:"
          + " show demo, eval demo, verify demo."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold demo",
      "  freehold demo \"What is 47 + 38?\"",
      "  freehold demo \"Ruth went to the mill. Ruth took a kite. Where is the kite?\""
    })
final class DemoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "PROMPT",
      description = "What to ask; several words are joined by spaces. Without it, a chat starts.")
  private List<String> words = List.of();

  @Option(names = "--verbose", description = "Tell tokens, times and the seed on standard error.")
  private boolean verbose;

  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Optional<String> prompt = Talk.prompt(surroundings, words);
    Sampling said = sampling.sampling();
    if (prompt.isEmpty()) {
      surroundings.err().println(DemoModel.WHAT_IT_IS);
      surroundings.err().println(DemoModel.LARGER);
    }
    new Talk(
            surroundings,
            DemoModel.found(surroundings),
            new Talk.Computing(EngineChoice.own(), arithmetic),
            OptionalInt.empty(),
            verbose,
            Optional.empty())
        .hold(
            prompt,
            defaults -> new Dialogue("", false, Map.of(), said.or(defaults), Ending.NATURAL));
    return Exit.OK.code();
  }
}
