package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Question;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class AgentRunTest {
  @TempDir private Path folder;
  private Journal journal = unset();
  private final List<String> sent = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();
  private Approver.Answer answer = new Approver.Answer.Once();

  @SuppressWarnings("NullAway") // is set before each test
  private static Journal unset() {
    return null;
  }

  @BeforeEach
  void open() {
    journal =
        Journal.open(
            folder.resolve("j.sqlite"),
            () -> Instant.parse("2026-05-01T10:00:00Z"),
            new SplittableRandom(7));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  /// Sends letters, which cannot be taken back.
  private final class Post implements AgentTool {
    @Override
    public Tool definition() {
      return new Tool("post", "sends", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.OUTSIDE,
          Effect.Subject.other(arguments.path("to").asString("")),
          "a letter");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      sent.add(arguments.path("to").asString(""));
      return ToolOutcome.of("sent");
    }
  }

  private AgentParts parts(ScriptedBackend backend) {
    Snapshots none =
        new Snapshots() {
          @Override
          public Path root() {
            return folder;
          }

          @Override
          public String take() {
            return "s";
          }

          @Override
          public void restore(String snapshot) {}
        };
    return new AgentParts(
        backend,
        List.of(new Post()),
        none,
        new Permissions(List.of()),
        question -> {
          questions.add(question);
          return answer;
        },
        Pricing.NONE);
  }

  private static AgentSettings settings() {
    return new AgentSettings(
        "m",
        "be good",
        List.of(),
        AgentSettings.CallForm.TOOLS,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Sampling.greedy());
  }

  private static Steering says(String... texts) {
    Deque<String> all = new ArrayDeque<>(List.of(texts));
    return () -> Optional.ofNullable(all.poll());
  }

  private Ending work(OpenRun run, ScriptedBackend backend, Steering steering) {
    return new AgentRun(
            run, settings(), parts(backend), Budget.DEFAULT, RunListener.NONE, new Stop())
        .work(steering);
  }

  private OpenRun begin() {
    return journal.begin(new NewRun(AgentRun.KIND, "t", settings().asJson()));
  }

  @Test
  void whatTheModelCallsIsAskedForDoneAndToldBack() {
    ScriptedBackend backend =
        new ScriptedBackend(Turn.call("post", "{\"to\":\"Anna\"}"), Turn.say("done"));
    try (OpenRun run = begin()) {
      assertThat(work(run, backend, says("write to Anna")))
          .isEqualTo(new Ending(Ending.Kind.ANSWERED, "done"));
      assertThat(run.head().state()).isEqualTo(RunState.DONE);
    }
    assertThat(sent).containsExactly("Anna");
    assertThat(questions).hasSize(1);
    Input.Conversation last = (Input.Conversation) backend.asked().getLast().input();
    assertThat(last.messages())
        .extracting(Message::role)
        .containsExactly("system", "user", "assistant", "tool");
    assertThat(Part.text(last.messages().getLast().content())).isEqualTo("sent");
  }

  @Test
  void anApprovalThatComesDaysLaterIsDoneOnceAsItWasSeen() {
    ScriptedBackend backend =
        new ScriptedBackend(Turn.call("post", "{\"to\":\"Anna\"}"), Turn.say("done"));
    answer = new Approver.Answer.Later();
    String id;
    try (OpenRun run = begin()) {
      id = run.id();
      assertThat(work(run, backend, says("write")).kind()).isEqualTo(Ending.Kind.WAITS);
      assertThat(run.head().state()).isEqualTo(RunState.WAITING);
    }
    assertThat(sent).isEmpty();
    var asked = journal.pendingApprovals().getFirst();
    journal.decide(
        id,
        asked.call().key(),
        asked.digest(),
        dev.freehold.agent.journal.Decision.allow("a person"));
    try (OpenRun run = journal.resume(id)) {
      assertThat(work(run, backend, Steering.NONE).text()).isEqualTo("done");
    }
    try (OpenRun run = journal.resume(id)) {
      assertThat(work(run, backend, Steering.NONE).kind()).isEqualTo(Ending.Kind.ANSWERED);
    }
    assertThat(sent).containsExactly("Anna");
    assertThat(backend.asked()).hasSize(2);
  }

  @Test
  void theSameCallWithTheSameResultIsStopped() {
    ScriptedBackend backend = new ScriptedBackend(Turn.call("post", "{\"to\":\"Anna\"}"));
    try (OpenRun run = begin()) {
      Ending ending = work(run, backend, says("write"));
      assertThat(ending.kind()).isEqualTo(Ending.Kind.CIRCLES);
      assertThat(ending.text()).contains("\"post\" 6 times");
    }
    assertThat(sent).hasSize(6);
  }
}
