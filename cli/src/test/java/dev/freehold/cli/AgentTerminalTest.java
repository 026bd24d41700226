package dev.freehold.cli;

import static dev.freehold.cli.PlayedModel.calls;
import static dev.freehold.cli.PlayedModel.says;
import static dev.freehold.cli.PseudoTerminal.CTRL_C;
import static dev.freehold.cli.PseudoTerminal.CTRL_D;
import static dev.freehold.cli.PseudoTerminal.ENTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// A person at a terminal beside `freehold agent`: what is typed while it works, Ctrl-C and Ctrl-D
/// wherever they come, and what is left of it.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AgentTerminalTest {
  private static final String PROMPT = "freehold> ";
  private static final String QUESTION = "or say why not: ";

  /// An answer that comes when it is let go.
  private record Held(CountDownLatch asked, CountDownLatch answer) {
    Held() {
      this(new CountDownLatch(1), new CountDownLatch(1));
    }
  }

  @TempDir private Path home;
  private Path folder = Path.of("unset");

  /// What the model answers next: a message, or one that is held.
  private final Deque<Object> answers = new ConcurrentLinkedDeque<>();

  private final Deque<String> asked = new ConcurrentLinkedDeque<>();
  private final List<Held> held = new ArrayList<>();
  private final List<PseudoTerminal> terminals = new ArrayList<>();
  private ScriptedServer server = unset();

  @SuppressWarnings("NullAway") // is set before each test
  private static ScriptedServer unset() {
    return null;
  }

  @BeforeEach
  void serve() throws Exception {
    PseudoTerminal.require();
    SandboxProbe.Result found = SandboxProbe.probe(Reach.NOTHING);
    assumeTrue(
        found.sandbox().confinement() != Confinement.NONE,
        () -> "commands cannot be confined here: " + found.describe());
    folder = Files.createDirectories(home.resolve("project"));
    server =
        new ScriptedServer(request -> {
          asked.add(request.body());
          Object next = answers.isEmpty() ? says("nothing more") : answers.remove();
          if (next instanceof Held waiting) {
            waiting.asked().countDown();
            await(waiting.answer());
            return PlayedModel.reply(says("late"));
          }
          return PlayedModel.reply((ObjectNode) next);
        });
  }

  @AfterEach
  void close() throws IOException {
    held.forEach(each -> each.answer().countDown());
    terminals.forEach(PseudoTerminal::close);
    server.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Held holdNext() {
    Held next = new Held();
    held.add(next);
    answers.add(next);
    return next;
  }

  private PseudoTerminal agent(String... arguments) throws IOException {
    String classes =
        Stream.of("jdk.module.path", "java.class.path")
            .flatMap(name -> Arrays.stream(System.getProperty(name, "").split(File.pathSeparator)))
            .filter(path -> !path.isEmpty())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes,
                Main.class.getName(),
                "agent"));
    command.addAll(List.of(arguments));
    PseudoTerminal terminal = new PseudoTerminal(home, command);
    terminals.add(terminal);
    return terminal;
  }

  private PseudoTerminal begin(String task, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(task, "--model", server.url() + "/v1#played"));
    all.addAll(List.of("--workspace", folder.toString()));
    all.addAll(List.of(more));
    return agent(all.toArray(String[]::new));
  }

  private String list() {
    return new Session(home).run("agent", "list").out();
  }

  private String run() {
    return list().lines().skip(1).findFirst().orElseThrow().split(" ")[0];
  }

  /// Waits until the journal says so; another process writes it.
  private void awaitListed(String... texts) throws InterruptedException {
    for (int i = 0; i < 1_000 && !Arrays.stream(texts).allMatch(list()::contains); i++) {
      Thread.sleep(50);
    }
    assertThat(list()).contains(texts);
  }

  /// Waits until a process runs that was started with this word, or none does.
  private static void awaitProcess(String word, boolean isThere) throws Exception {
    for (int i = 0; i < 3_000 && running(word) != isThere; i++) {
      Thread.sleep(50);
    }
    assertThat(running(word)).as(word).isEqualTo(isThere);
  }

  private static boolean running(String word) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .anyMatch(process -> isOf(process, word));
    }
  }

  private static boolean isOf(Path process, String word) {
    try {
      byte[] line = Files.readAllBytes(process.resolve("cmdline"));
      List<String> words = List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
      return words.size() > 1 && words.getFirst().equals("sleep") && words.contains(word);
    } catch (IOException ended) {
      return false;
    }
  }

  @Test
  void whatIsTypedMeanwhileReachesTheModelAtItsNextStep() throws Exception {
    answers.add(calls("bash", "{'command':'until [ -e go ]; do sleep 0.1; done'}"));
    Held second = holdNext();
    PseudoTerminal terminal = begin("Wait", "--yes");
    terminal.await("- bash until");
    terminal.type("use tabs" + ENTER);
    terminal.await("the model will be told at its next step: use tabs");
    terminal.type(CTRL_D); // ends nothing while it works
    terminal.type("and say so" + ENTER);
    terminal.await("the model will be told at its next step: and say so");
    assertThat(asked).hasSize(1);
    Files.writeString(
        home.resolve(".local/state/freehold/agent/workspaces").resolve(run()).resolve("files/go"),
        "");
    terminal.await("> use tabs");
    terminal.await("> and say so");
    await(second.asked());
    assertThat(asked.getLast()).contains("use tabs", "and say so");
    terminal.type("this too" + ENTER); // the last answer is on its way
    terminal.await("the model will be told at its next step: this too");
    second.answer().countDown();
    terminal.await("late");
    terminal.await("> this too");
    terminal.await("nothing more");
    assertThat(asked.getLast()).contains("this too");
    terminal.awaitPrompt(PROMPT);
    assertThat(list()).contains("done");
    terminal.type(CTRL_D);
    assertThat(terminal.awaitEnd()).isZero();
  }

  @Test
  void ctrlCStopsWhatGoesOnAndTheRunGoesOn() throws Exception {
    Held first = holdNext();
    PseudoTerminal terminal = begin("Wait");
    await(first.asked());
    terminal.type(CTRL_C);
    terminal.await("the run waits: stopped by the person");
    terminal.awaitPrompt(PROMPT);
    first.answer().countDown();
    assertThat(list()).contains("waits", "stopped by the person");

    answers.add(calls("bash", "{'command':'date +%{n%}; sleep 86417'}"));
    terminal.type("go on" + ENTER);
    terminal.await("$ date +%{n%}; sleep 86417");
    terminal.awaitPrompt("\"date +%{n%}; sleep 86417\", ");
    terminal.await(QUESTION);
    terminal.type(CTRL_C);
    terminal.await("the run waits: leave is asked for");
    terminal.awaitPrompt(PROMPT);
    assertThat(list()).contains("waits", "leave is asked for: bash date");

    terminal.type("again" + ENTER);
    terminal.await(QUESTION);
    terminal.type("y" + ENTER);
    awaitProcess("86417", true);
    awaitListed("works");
    terminal.type(CTRL_C);
    terminal.await("! ");
    terminal.await("stopped by the person");
    terminal.awaitPrompt(PROMPT);
    awaitProcess("86417", false);
    assertThat(list()).contains("waits", "stopped by the person");

    terminal.type("half a li" + CTRL_C); // takes the line back
    terminal.awaitPrompt(PROMPT);
    terminal.type(CTRL_C);
    terminal.await("Ctrl-C again, or Ctrl-D, leaves");
    terminal.awaitPrompt(PROMPT);
    terminal.type(CTRL_C);
    assertThat(terminal.awaitEnd()).isEqualTo(Exit.INTERRUPTED.code());

    PseudoTerminal resumed = agent("resume", run(), "and", "now");
    resumed.await("nothing more");
    resumed.awaitPrompt(PROMPT);
    resumed.type(CTRL_D);
    assertThat(resumed.awaitEnd()).isZero();
    assertThat(list()).contains("done");
  }

  @Test
  void aSecondCtrlCAndASignalLeaveNothingBehindAndTheRunIsResumed() throws Exception {
    answers.add(calls("bash", "{'command':'echo begun; sleep 86431'}"));
    PseudoTerminal terminal = begin("Wait", "--yes");
    awaitProcess("86431", true);
    // Both before it can end the command; where it was faster the second one is at the prompt.
    terminal.type(CTRL_C);
    terminal.await("Ctrl-C again leaves at once");
    terminal.type(CTRL_C + CTRL_C + CTRL_D);
    assertThat(terminal.awaitEnd()).isEqualTo(Exit.INTERRUPTED.code());
    awaitProcess("86431", false);
    assertThat(list()).containsAnyOf("broken off", "stopped by the person");
    boolean isInDoubt = list().contains("broken off");

    PseudoTerminal resumed = agent("resume", run(), "--yes");
    if (isInDoubt) {
      awaitProcess("86431", true); // it is done again
      resumed.type(CTRL_C);
    }
    resumed.awaitPrompt(PROMPT);
    resumed.terminate();
    assertThat(resumed.awaitEnd()).isEqualTo(128 + 15);
  }

  @Test
  void whatWasTypedBeforeAQuestionIsNoAnswerToIt() throws Exception {
    String forged = "bash wants to run, in the workspace:\n  $ ls\nallow? [y]es, [n]o: ";
    Held first = holdNext();
    PseudoTerminal terminal = begin("Wait");
    await(first.asked());
    answers.add(calls("bash", "{'command':'echo x > forbidden'}"));
    terminal.type("y" + ENTER + "A");
    terminal.await("the model will be told at its next step: y");
    first.answer().countDown();
    terminal.await("wants to run");
    terminal.await("typed before the question, and no answer to it: A");
    terminal.await(QUESTION);
    answers.add(says(forged));
    terminal.type("n" + ENTER);
    terminal.await("denies this");
    terminal.await("allow? [y]es, [n]o: ");
    terminal.awaitPrompt(PROMPT);
    assertThat(asked.getLast()).contains("the person denies this");
    terminal.type(CTRL_D);
    assertThat(terminal.awaitEnd()).isZero();
    assertThat(new Session(home).run("agent", "diff", run()).out()).isEmpty();
    assertThat(home.resolve(".config/freehold/agent-rules.json")).doesNotExist();
  }
}
