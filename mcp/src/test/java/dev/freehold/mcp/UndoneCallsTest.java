package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.Undo;
import dev.freehold.chat.Cancellation;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.UndoCall;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Calls that are taken back as the person's file says.
@Timeout(120)
class UndoneCallsTest {
  @TempDir private Path folder;

  private Reached open(String undoneBy, String arguments, Set<String> forModels) {
    ServerConfiguration one = Reached.program("one", SmallServer.class);
    UndoCall undo = new UndoCall(undoneBy, Reached.json(arguments));
    return Reached.open(
        folder,
        new ServerConfiguration(
            one.name(), one.way(), forModels, false, one.timeout(), false, Map.of("add", undo)));
  }

  @Test
  void anotherToolIsCalledWithWhatTheCallWasGivenAndGaveBack() {
    try (Reached reached = open("echo", "{'text': '{arguments.word}'}", Set.of("add"))) {
      assertThat(reached.names()).containsExactly("one__add");
      JsonNode given = Reached.json("{'a': 1, 'b': 2, 'word': 'back'}");
      ToolOutcome outcome = ToolOutcome.of("3");
      Undo undo = reached.tool("one__add").undo(given, outcome).orElseThrow();
      assertThat(undo.description())
          .contains("tool \"echo\" of server \"one\" is called with", "\"text\" : \"back\"");
      assertThat(undo.action().apply(reached.context(new Cancellation())).text()).isEqualTo("back");
    }
  }

  @Test
  void whatCannotBeTakenBackSaysWhy() {
    try (Reached reached = open("echo", "{'text': '{result.id}'}", Set.of())) {
      assertThat(reached.tool("one__echo").undo(Reached.json("{}"), ToolOutcome.of("x"))).isEmpty();
      assertThatThrownBy(
              () -> reached.tool("one__add").undo(Reached.json("{}"), ToolOutcome.of("x")))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("{result.id}");
    }
    try (Reached reached = open("gone", "{}", Set.of())) {
      assertThat(reached.notices.toString()).contains("has no tool gone");
      assertThatThrownBy(
              () -> reached.tool("one__add").undo(Reached.json("{}"), ToolOutcome.of("x")))
          .hasMessageContaining("\"gone\" of server \"one\", which cannot be used");
    }
  }

  @Test
  void whatIsNotKnownIsSaid() {
    try (Reached reached = open("exit", "{}", Set.of())) {
      Undo undo =
          reached.tool("one__add").undo(Reached.json("{}"), ToolOutcome.of("3")).orElseThrow();
      assertThatThrownBy(() -> undo.action().apply(reached.context(new Cancellation())))
          .isInstanceOfSatisfying(
              ToolException.class, failure -> assertThat(failure.mayHaveHappened()).isTrue());
    }
  }

  @Test
  void placesNameWhatIsWithinOthersAndKeepTypes() {
    UndoCall undo =
        new UndoCall("t", Reached.json("{'n': ['{result.a.n}', 'x {result.a}'], 'b': true}"));
    assertThat(undo.filled(Reached.json("{}"), Reached.json("{'a': {'n': 7}}")))
        .isEqualTo(Reached.json("{'n': [7, 'x {result.a}'], 'b': true}"));
  }
}
