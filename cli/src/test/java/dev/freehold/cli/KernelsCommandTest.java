package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// `freehold kernels` tells which instructions machine code uses, and why none that are better.
class KernelsCommandTest {
  @TempDir private Path home;

  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void instructionsRunOrHaveAReason(InstructionSet limit) {
    Session.Result result =
        new Session(home).run("kernels", "--json", "--instructions", limit.toString());

    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    JsonNode json = StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "output");
    Set<InstructionSet> range = EnumSet.range(limit, InstructionSet.AVX2);
    assertThat(json.path("instructions").valueStream().map(JsonNode::stringValue))
        .containsExactlyElementsOf(
            range.stream()
                .filter(each -> Kernels.machineCode(each).isEmpty())
                .map(InstructionSet::toString)
                .toList());
    if (Kernels.machineCode().isEmpty()) {
      assertThat(
              json.path("unavailable").valueStream().map(each -> each.path("tier").stringValue()))
          .containsExactlyElementsOf(
              range.stream()
                  .filter(each -> Kernels.machineCode(each).isPresent())
                  .map(each -> "machine " + each)
                  .toList());
    }
  }

  @Test
  void whoAttendsIsTold() {
    Session session = new Session(home);
    Session.Result table = session.run("kernels", "demo", "--kernel", "reference");
    Session.Result json = session.run("kernels", "demo", "--kernel", "reference", "--json");

    assertThat(table.out()).contains("attention   reference: ");
    JsonNode attention =
        StrictJson.parse(json.out().getBytes(StandardCharsets.UTF_8), "output").path("attention");
    assertThat(attention.valueStream().map(each -> each.path("tier").stringValue()))
        .isNotEmpty()
        .containsOnly("reference");
  }
}
