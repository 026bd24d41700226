package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.Cancellation;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server of the protocol's own library, as a program of its own.
@Timeout(300)
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

  @Test
  void aConfinedProgramIsTalkedToAndReachesNothingElse() throws IOException {
    assumeTrue(
        SandboxProbe.probe(Reach.NOTHING).sandbox().confinement() != Confinement.NONE,
        "nothing here confines programs");
    Path own = Files.createDirectory(folder.resolve("own")).toRealPath();
    Path outside = folder.resolve("outside");
    ServerConfiguration open = Reached.program("one", SmallServer.class);
    Way.Program program = (Way.Program) open.way();
    List<Path> readable =
        Arrays.stream(program.argv().get(program.argv().indexOf("-cp") + 1).split(":"))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .toList();
    ServerConfiguration confined =
        Reached.configuration(
            "one",
            new Way.Program(
                program.argv(), Map.of("SHOWN", "yes"), Optional.of(own), true, readable));
    try (Reached reached = Reached.open(folder, confined)) {
      assertThat(reached.notices).isEmpty();
      assertThat(reached.call("one__add", "{'a': 40, 'b': 2}").text()).isEqualTo("42");
      assertThat(reached.call("one__folder", "{}").text()).isEqualTo(own.toString());
      assertThat(reached.call("one__variables", "{}").text()).contains("SHOWN", "HOME");
      assertThat(reached.call("one__write", call(own.resolve("a"))).text()).isEqualTo("written");
      reached.call("one__write", call(outside)); // perhaps into a folder of its own memory
      assertThat(reached.call("one__write", call(Path.of("/usr/outside"))).text())
          .contains("Exception");
      assertThat(reached.call("one__exit", "{}").text()).contains("exit code 3");
      assertThat(reached.call("one__add", "{'a': 1, 'b': 2}").text()).isEqualTo("3");
    }
    assertThat(outside).doesNotExist();
    try (Stream<Path> left = Files.list(own)) {
      assertThat(left).containsExactly(own.resolve("a"));
    }
  }

  private static String call(Path file) {
    return "{'text': '" + file + "'}";
  }
}
