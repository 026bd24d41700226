package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.StrictJson;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every reference model gives the logits that PyTorch and transformers gave in float64, from both
/// file formats, however its prompts are cut.
class OracleTest {
  private static final double MAX_DIFFERENCE = 1e-3;
  private static final double MAX_NLL_DIFFERENCE = 1e-4;

  /// The prompt of forty tokens: more than every window.
  private static final int FORTY = 5;

  @BeforeAll
  static void theDataIsThere() {
    assumeTrue(Oracle.isThere(), () -> "no reference data at " + Oracle.ROOT);
  }

  static List<Oracle.Case> cases() {
    return Oracle.cases();
  }

  static List<Oracle.Case> quantizedCases() {
    return Oracle.cases().stream().filter(Oracle.Case::isQuantized).toList();
  }

  private static ModelOptions options(ActivationFormat activations) {
    return ModelOptions.of(new KernelOptions(Tier.VECTOR, 0, 1, activations));
  }

  private static LogitsCheck.Result check(
      Oracle.Case model, ActivationFormat activations, List<LogitsCheck.Prompt> prompts) {
    try (Model open = Model.open(model.model(), options(activations))) {
      return LogitsCheck.run(open, prompts);
    }
  }

  private static boolean agrees(LogitsCheck.Result result) {
    return result.maxDifference() < MAX_DIFFERENCE
        && result.nllDifference() < MAX_NLL_DIFFERENCE
        && result.greedyEqual() == result.prompts()
        && result.sameInPieces();
  }

  private static String row(Oracle.Case model, LogitsCheck.Result result) {
    return "%-32s %9.1e %9.1e %6d/%d  %-9s %s"
        .formatted(
            model.name(),
            result.maxDifference(),
            result.nllDifference(),
            result.greedyEqual(),
            result.prompts(),
            result.sameInPieces() ? "identical" : "DIFFERENT",
            agrees(result) ? "ok" : "FAILED");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAgreeOnOnePrompt(Oracle.Case model) {
    List<LogitsCheck.Prompt> all = LogitsCheck.read(model.expected());
    LogitsCheck.Result result = check(model, ActivationFormat.F32, List.of(all.get(FORTY)));
    assertThat(agrees(result)).as(row(model, result)).isTrue();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("quantizedCases")
  void integerActivationsAreAsCloseAsThoseOfLlamaCpp(Oracle.Case model) {
    LogitsCheck.Result result =
        check(model, ActivationFormat.INT8, LogitsCheck.read(model.expected()));
    JsonNode llamaCpp =
        StrictJson.parse(Oracle.ROOT.resolve("gguf/index.json"))
            .path(model.model().getFileName().toString())
            .path("referee_this_file");
    assertThat(result.maxDifference())
        .isLessThan(1.25 * llamaCpp.path("max_abs_diff").doubleValue());
    assertThat(result.meanDifference())
        .isLessThan(1.25 * llamaCpp.path("mean_abs_diff").doubleValue());
    assertThat(result.sameInPieces()).isTrue();
  }

  @Tag("long")
  @Test
  void tableOfAllModels() {
    StringBuilder table =
        new StringBuilder(
            "%n%-32s %9s %9s %8s  %-9s%n"
                .formatted("model", "logits", "nll", "greedy", "in pieces"));
    int failed = 0;
    for (Oracle.Case model : Oracle.cases()) {
      LogitsCheck.Result result =
          check(model, ActivationFormat.F32, LogitsCheck.read(model.expected()));
      table.append(row(model, result)).append(System.lineSeparator());
      failed += agrees(result) ? 0 : 1;
    }
    System.out.println(table);
    assertThat(failed).as("models that differ").isZero();
  }
}
