package dev.freehold.cli;

import dev.freehold.kernel.AttentionChoice;
import dev.freehold.kernel.AttentionShape;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelChoice;
import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.VectorModule;
import dev.freehold.model.Model;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold kernels`: the arithmetic that this machine has, and what a model makes of it.
@Command(
    name = "kernels",
    description = {
      "Lists the tiers of kernels that this machine has; with MODEL, the tier that attends, the"
          + " kernel that each weight matrix gets, and why better ones declined."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold kernels MODEL --activations f32")
final class KernelsCommand implements Callable<Integer> {
  /// What does not run here: a tier, or machine code of better instructions than those used.
  private record Missing(String tier, String reason) {}

  /// What this machine has.
  ///
  /// @param instructions those of machine code, the first of them used
  /// @param widths of vectors, in bits
  private record Here(
      List<String> tiers,
      List<InstructionSet> instructions,
      List<Integer> widths,
      List<Missing> missing) {}

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model: a path, or a name that list shows.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  KernelsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Here here = here();
    List<KernelChoice> choices = List.of();
    List<AttentionChoice> attention = List.of();
    if (model.isPresent()) {
      try (Model opened =
          Models.open(surroundings, Models.find(surroundings, model.get()), arithmetic)) {
        choices = opened.kernels().choices();
        attention = opened.kernels().attentionChoices();
      }
    }
    if (json) {
      printJson(here, attention, choices);
    } else {
      printTable(here, attention, choices);
    }
    return Exit.OK.code();
  }

  private Here here() {
    Optional<String> noVector = missingVector();
    Optional<String> noMachine = noVector.isPresent() ? noVector : Kernels.machineCode();
    List<String> tiers = new ArrayList<>(List.of("reference"));
    List<InstructionSet> instructions = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    noVector.ifPresentOrElse(
        reason -> missing.add(new Missing("vector", reason)), () -> tiers.add("vector"));
    noMachine.ifPresentOrElse(
        reason -> missing.add(new Missing("machine", reason)), () -> tiers.add("machine"));
    if (noMachine.isEmpty()) {
      for (InstructionSet each : EnumSet.range(arithmetic.instructions(), InstructionSet.AVX2)) {
        Kernels.machineCode(each)
            .ifPresentOrElse(
                reason -> missing.add(new Missing("machine " + each, reason)),
                () -> instructions.add(each));
      }
    }
    List<Integer> widths = noVector.isEmpty() ? Kernels.vectorWidths() : List.of();
    return new Here(tiers, instructions, widths, missing);
  }

  private static Optional<String> missingVector() {
    try {
      VectorModule.require();
      return Optional.empty();
    } catch (KernelException absent) {
      return Optional.of(String.valueOf(absent.getMessage()));
    }
  }

  private void printJson(Here here, List<AttentionChoice> attention, List<KernelChoice> choices) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("arithmetic", "fh1");
        printer.array("tiers", here.tiers(), printer::value);
        printer.array(
            "instructions",
            here.instructions().stream().map(InstructionSet::toString).toList(),
            printer::value);
        printer.array("lanes", here.widths().stream().mapToInt(Integer::intValue).toArray());
        printer.array(
            "unavailable",
            here.missing(),
            tier ->
                printer.object(() -> {
                  printer.field("tier", tier.tier());
                  printer.field("reason", tier.reason());
                }));
        printer.field("threads", arithmetic.threads());
        if (model.isPresent()) {
          printer.array("attention", attention, choice -> printAttention(printer, choice));
          printer.array("choices", choices, choice -> printChoice(printer, choice));
        }
      });
    }
  }

  private static void printAttention(JsonPrinter printer, AttentionChoice choice) {
    AttentionShape shape = choice.shape();
    printer.object(() -> {
      printer.field("heads", shape.heads());
      printer.field("keyValueHeads", shape.keyValueHeads());
      printer.field("keyDim", shape.keyDim());
      printer.field("valueDim", shape.valueDim());
      printer.field("window", shape.window());
      printer.field("tier", choice.tier().name().toLowerCase(Locale.ROOT));
      choice.declined().ifPresent(reason -> printer.field("declined", reason));
    });
  }

  private static void printChoice(JsonPrinter printer, KernelChoice choice) {
    printer.object(() -> {
      printer.field("tensor", choice.tensor());
      printer.field("dtype", choice.dtype().name());
      printer.field("rows", choice.rows());
      printer.field("columns", choice.columns());
      printer.field("kernel", choice.kernel());
      printer.array(
          "declined",
          choice.declines(),
          decline ->
              printer.object(() -> {
                printer.field("kernel", decline.kernel());
                printer.field("reason", decline.reason());
              }));
    });
  }

  private void printTable(Here here, List<AttentionChoice> attention, List<KernelChoice> choices) {
    PrintStream out = surroundings.out();
    out.println("arithmetic  fh1");
    out.println("tiers       " + String.join(", ", here.tiers()));
    if (!here.instructions().isEmpty()) {
      out.println(
          "code        "
              + here.instructions().stream()
                  .map(InstructionSet::toString)
                  .collect(Collectors.joining(", ")));
    }
    here.missing()
        .forEach(tier ->
            out.println("not here    " + tier.tier() + ": " + Failure.printable(tier.reason())));
    out.println(
        "lanes       "
            + here.widths().stream().map(bits -> bits + " bits").collect(Collectors.joining(", ")));
    out.println("threads     " + arithmetic.threads());
    for (AttentionChoice choice : attention) {
      out.println("attention   " + described(choice));
    }
    if (!choices.isEmpty()) {
      out.println();
    }
    for (KernelChoice choice : choices) {
      out.printf(
          "%-40s %-7s %7d x %-7d %s%n",
          Failure.printable(choice.tensor()),
          choice.dtype(),
          choice.rows(),
          choice.columns(),
          choice.kernel());
      for (KernelChoice.Decline decline : choice.declines()) {
        out.printf("%40s   %s declined: %s%n", "", decline.kernel(), decline.reason());
      }
    }
  }

  private static String described(AttentionChoice choice) {
    AttentionShape shape = choice.shape();
    return "%s: %d heads over %d of keys and values, %d and %d long%s%s"
        .formatted(
            choice.tier().name().toLowerCase(Locale.ROOT),
            shape.heads(),
            shape.keyValueHeads(),
            shape.keyDim(),
            shape.valueDim(),
            shape.window() == 0 ? "" : ", window " + shape.window(),
            choice.declined().map(reason -> "; machine declined: " + reason).orElse(""));
  }
}
