package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.Cancellation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server of the protocol's own library, as a program of its own.
@Timeout(120)
class McpServersTest {
  @TempDir private Path folder = Path.of("unset");

  @Test
  void toolsOfTwoServersWithTheSameNamesAreToldApart() {
    try (Reached reached =
        Reached.open(
            folder,
            Reached.program("one", SmallServer.class),
            Reached.program("two", SmallServer.class))) {
      assertThat(reached.names()).contains("one__add", "two__add", "one__echo", "two__exit");
      assertThat(reached.tool("one__add").definition().description())
          .isEqualTo("Adds two numbers.");
      assertThat(reached.call("one__add", "{'a': 40, 'b': 2}")).isEqualTo(ToolOutcome.of("42"));
      assertThat(reached.call("two__echo", "{'text': 'hi\\nthere'}").text()).isEqualTo("hi\nthere");
      assertThat(reached.notices).isEmpty();
    }
  }

  @Test
  void aCallReachesOutsideAndShowsWhatItIs() {
    try (Reached reached = Reached.open(folder, Reached.program("one", SmallServer.class))) {
      Effect effect =
          reached
              .tool("one__add")
              .effect(Reached.json("{'a': 1}"), reached.context(new Cancellation()));
      assertThat(effect.reach()).isEqualTo(Effect.Reach.OUTSIDE);
      assertThat(effect.subject()).isEqualTo(Effect.Subject.other("{\"a\":1}"));
      assertThat(effect.preview()).contains("\"add\" of server \"one\"").contains("\"a\" : 1");
    }
  }

  @Test
  void aProgramSeesOnlyTheVariablesThatItIsGiven() {
    try (Reached reached = Reached.open(folder, Reached.program("one", SmallServer.class))) {
      assertThat(reached.call("one__variables", "{}").text().split(" "))
          .containsOnly("PATH", "SHOWN");
      assertThat(reached.call("one__folder", "{}").text())
          .isEqualTo(folder.resolve("servers/one").toString());
    }
  }

  @Test
  void aServerThatEndsIsStartedOnceMoreAndThatIsSaid() {
    try (Reached reached = Reached.open(folder, Reached.program("one", SmallServer.class))) {
      ToolOutcome ended = reached.call("one__exit", "{}");
      assertThat(ended.isError()).isTrue();
      assertThat(ended.text()).contains("it ended; exit code 3", "goodbye<U+001B>[31m");
      assertThat(ended.text()).contains("It is not known whether it was done");
      assertThat(reached.notices).isEmpty();

      assertThat(reached.call("one__add", "{'a': 1, 'b': 2}").text()).isEqualTo("3");
      assertThat(reached.notices).hasSize(1);
      assertThat(reached.notices.getFirst()).contains("\"one\" ended and is started once more");

      reached.call("one__exit", "{}");
      assertThatThrownBy(() -> reached.call("one__add", "{'a': 1, 'b': 2}"))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("ended a second time");
    }
  }
}
