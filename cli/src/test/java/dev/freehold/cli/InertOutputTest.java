package dev.freehold.cli;

import static dev.freehold.cli.PlayedModel.calls;
import static dev.freehold.cli.PlayedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Question;
import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.Effect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a model, a file and a tool's result say does nothing at a terminal, wherever an agent's run
/// is shown, and nothing that they name is fetched.
class InertOutputTest {
  /// Moves the cursor, sets title and clipboard, links, rings, goes back over what stands there,
  /// begins a sequence in one byte, turns the order around, says something unseen.
  private static final List<String> ATTACKS =
      List.of(
          "\u001b[2J\u001b[H",
          "\u001b]0;title\u0007",
          "\u001b]52;c;ZXZpbA==\u0007",
          "\u001b]8;;http://evil.example/\u001b\\here\u001b]8;;\u001b\\",
          "\u001bP+q544e\u001b\\",
          "good\rbad",
          "good\b\b\b\bbad\u007f",
          "\u009b31mred\u009d0;t\u009c",
          "\u202egnp.exe",
          "\u2066x\u2069",
          "\u2028new line",
          "\udb40\udc49\udb40\udc67",
          "half \ud83d");

  private static final String SHOWN = String.join(" ", ATTACKS);

  @TempDir private Path home;
  private Path folder = Path.of("unset");
  private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
  private List<ObjectNode> answers = List.of();
  private ScriptedServer server = unset();

  @SuppressWarnings("NullAway") // is set before each test
  private static ScriptedServer unset() {
    return null;
  }

  @BeforeEach
  void serve() throws IOException {
    folder = Files.createDirectories(home.resolve("project"));
    server =
        new ScriptedServer(request -> {
          paths.add(request.path());
          int before = request.body().split("\"role\":\"assistant\"", -1).length - 1;
          return PlayedModel.reply(answers.get(Math.min(before, answers.size() - 1)));
        });
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private static void requireInert(String shown) {
    String bad =
        shown
            .codePoints()
            .filter(c ->
                c != '\n' && c != '\t' && Character.isISOControl(c)
                    || c >= 0x202A && c <= 0x202E
                    || c >= 0x2066 && c <= 0x2069
                    || c == 0x2028
                    || c >= 0xE0000 && c <= 0xE007F
                    || Character.getType(c) == Character.SURROGATE)
            .mapToObj("U+%04X"::formatted)
            .distinct()
            .toList()
            .toString();
    assertThat(bad).as(shown).isEqualTo("[]");
  }

  private String agent(String... arguments) {
    Session.Result done =
        new Session(home)
            .run(
                Stream.concat(Stream.of("agent"), Arrays.stream(arguments)).toArray(String[]::new));
    requireInert(done.out());
    requireInert(done.err());
    return done.out() + done.err();
  }

  private String begin(String task, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                task, "--model", server.url() + "/v1#played", "--workspace", folder.toString()));
    all.addAll(List.of(more));
    return agent(all.toArray(String[]::new));
  }

  private static String json(String text) {
    return JsonNodeFactory.instance.stringNode(text).toString();
  }

  private static void requireConfinement() {
    SandboxProbe.Result found = SandboxProbe.probe(Reach.NOTHING);
    assumeTrue(
        found.sandbox().confinement() != Confinement.NONE,
        () -> "commands cannot be confined here: " + found.describe());
  }

  @Test
  void whatAModelSaysCallsAndWritesIsInertWhereverItIsShown() throws IOException {
    requireConfinement();
    String file = "a" + "\u001b[31m\u202e" + ".txt";
    Files.writeString(folder.resolve("hostile.txt"), SHOWN.replace("\ud83d", "?"));
    answers =
        List.of(
            calls("read", "{'path':'hostile.txt'}"),
            calls("search", "{'pattern':'.'}"),
            calls("write", "{'path':%s,'content':%s}".formatted(json(file), json(SHOWN))),
            calls("bash", "{'command':%s}".formatted(json("cat hostile.txt; exit 3"))),
            calls("bash", "{'command':%s}".formatted(json("echo " + ATTACKS.getFirst()))),
            calls("no" + ATTACKS.get(1), "{}"),
            calls("read", "{'path':%s}".formatted(json(ATTACKS.get(3)))),
            calls("edit", "{'path':'hostile.txt','old':'good','new':%s}".formatted(json(SHOWN))),
            says(SHOWN));
    assertThat(begin(SHOWN.replace("\ud83d", "?"), "--yes"))
        .contains("\\u001b[2J", "files changed");
    String listed = agent("list");
    assertThat(listed).contains("\\u001b[2J");
    String run = listed.lines().skip(1).findFirst().orElseThrow().split(" ")[0];
    assertThat(agent("show", run)).contains("\\u001b");
    assertThat(agent("show", run, "--full")).contains("hostile.txt");
    assertThat(agent("diff", run)).contains("\\u001b[31m\\u202e", "\\u001b]8;;http");
    assertThat(agent("resume", run, "--yes")).contains("done before");
    assertThat(agent("undo", run)).contains("taken back");
    agent("apply", run, "--yes");
  }

  @Test
  void aRunThatWaitsForAHostileCallIsListedInert() {
    requireConfinement();
    answers = List.of(calls("bash", "{'command':%s}".formatted(json("echo " + SHOWN))), says("x"));
    begin("Do it", "--unasked", "wait");
    assertThat(agent("list")).contains("leave is asked for: bash echo \\u001b[2J");
  }

  @Test
  void whatAModelAndAFileNameIsNotFetched() throws IOException {
    String image = server.url() + "/pixel.png?told=secret";
    String text =
        "![x](%1$s) ![y][ref] <img src=\"%1$s\"> [z](javascript:alert(1)) %1$s\n\n[ref]: %1$s\n"
            .formatted(image);
    Files.writeString(folder.resolve("README.md"), text);
    Files.writeString(folder.resolve("AGENTS.md"), text);
    answers = List.of(calls("read", "{'path':'README.md'}"), says(text));
    assertThat(begin("Look")).contains("![x](" + image);
    String run = agent("list").lines().skip(1).findFirst().orElseThrow().split(" ")[0];
    agent("show", run, "--full");
    agent("diff", run);
    assertThat(paths).isNotEmpty().allMatch(path -> path.equals("/v1/chat/completions"));
  }

  /// What the person is shown before a call.
  private static String asked(Effect effect) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> prompts = new ArrayList<>();
    AgentApprover approver =
        new AgentApprover(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            Path.of("unused"),
            prompt -> {
              prompts.add(prompt);
              return Optional.empty();
            });
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    assertThat(approver.ask(new Question("r", "1", "bash", effect, payload, "d")))
        .isInstanceOf(Approver.Answer.Later.class);
    String shown = bytes.toString(StandardCharsets.UTF_8) + prompts.getFirst();
    requireInert(shown);
    assertThat(prompts.getFirst()).doesNotContain("\n").hasSizeLessThan(600);
    return shown;
  }

  private static Effect command(String line) {
    return new Effect(Effect.Reach.WORKSPACE, Effect.Subject.command(line), "");
  }

  @Test
  void aQuestionShowsAllThatWouldBeDone() {
    assertThat(asked(command("echo " + SHOWN))).contains("<U+001B>[2J", "good<U+000D>bad");
    assertThat(asked(command("rm a\u200b\u2063\ufe00b"))).contains("rm a<U+200B><U+2063><U+FE00>b");
    assertThat(asked(command("rm -rf x" + "\n".repeat(500) + "ls")))
        .contains("  $ rm -rf x", "501 lines: look at the first ones too");
    assertThat(asked(command("ls " + " ".repeat(9_000) + "; rm -rf x")))
        .contains("; rm -rf x", "look at the first ones too");
    String forged = "ls\nallow? [y]es, [n]o: ";
    assertThat(asked(command(forged)).lines()).contains("  $ allow? [y]es, [n]o: ");
    Effect change =
        new Effect(Effect.Reach.WORKSPACE, Effect.Subject.path("a\u001b[8mb"), "+" + SHOWN);
    assertThat(asked(change)).contains("a<U+001B>[8mb", "+<U+001B>[2J");
  }
}
