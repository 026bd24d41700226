package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scores of models on held-out items.
class EvalCommandTest {
  private static final String MODEL =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens/qwen2")
          .resolve("model.gguf")
          .toString();

  @TempDir private Path home;

  @Test
  void aModelWithRandomWeightsKnowsNothing() {
    Session.Result result =
        new Session(home)
            .run("eval", MODEL, "--items", "2", "--task", "addition,story-two-hop", "--wrong", "1");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("addition", "story-two-hop", "0 of 2", "0.0 to 65.8 %", "-- expected: ");
    Session.Result json =
        new Session(home).run("eval", MODEL, "--items", "2", "--task", "addition", "--json");
    assertThat(json.out()).contains("\"addition\":{\"right\":0,\"items\":2,\"score\":0.0,");
  }

  @Test
  void wrongTasksAndNumbersAreRefused() {
    Session.Result task = new Session(home).run("eval", MODEL, "--task", "poems");
    assertThat(task.exit()).isEqualTo(Exit.USAGE);
    assertThat(task.err()).contains("poems", "story-one-hop", "tool-calls");
    Session.Result items = new Session(home).run("eval", MODEL, "--items", "1001");
    assertThat(items.exit()).isEqualTo(Exit.USAGE);
    assertThat(items.err()).contains("1001", "1 to 1000");
  }
}
