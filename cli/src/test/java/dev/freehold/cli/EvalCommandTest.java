package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scores of models on tasks, and the runs that are kept of them.
class EvalCommandTest {
  private static final String MODEL =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens/qwen2")
          .resolve("model.gguf")
          .toString();

  @TempDir private Path home;

  private Session.Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  /// A file of tasks to which every reply is right, or wrong.
  private String tasks(String name, int number, boolean isRight) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < number; i++) {
      lines.append(
          ("{\"id\":\"t%d\",\"group\":\"g\",\"prompt\":\"say %d\",\"max_tokens\":2,\"judge\":"
                  + "{\"type\":\"contains\",\"%s\":\"zzzzzzzz\"}}\n")
              .formatted(i, i, isRight ? "none" : "all"));
    }
    return Files.writeString(home.resolve(name), lines.toString()).toString();
  }

  @Test
  void aModelWithRandomWeightsKnowsNothing() {
    Session.Result result =
        run("eval", MODEL, "--items", "2", "--task", "addition,story-two-hop", "--wrong", "1");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("addition", "story-two-hop", "0 of 2", "0.0 to 65.8 %", "-- expected: ");
    Session.Result json = run("eval", MODEL, "--items", "2", "--task", "addition", "--json");
    assertThat(json.out()).contains("\"addition\":{\"right\":0,\"items\":2,\"score\":0.0,");
  }

  @Test
  void wrongTasksAndNumbersAreRefused() {
    Session.Result task = run("eval", MODEL, "--task", "poems");
    assertThat(task.exit()).isEqualTo(Exit.USAGE);
    assertThat(task.err()).contains("poems", "story-one-hop", "tool-calls");
    Session.Result items = run("eval", MODEL, "--items", "1001");
    assertThat(items.exit()).isEqualTo(Exit.USAGE);
    assertThat(items.err()).contains("1001", "1 to 1000");
    assertThat(run("eval").err()).contains("no model is named");
    assertThat(run("eval", MODEL, "--at-least", "90").err()).contains("between 0 and 1");
    assertThat(run("eval", MODEL, "--margin", "0.1").err()).contains("--not-worse-than");
    assertThat(run("eval", MODEL, "--not-worse-than", "other").err()).contains("one of several");
    assertThat(run("eval", MODEL, "--price", "other=1,2,EUR").err()).contains("none of the models");
    assertThat(run("eval", MODEL, "--price", MODEL + "=1,EUR").err()).contains("two prices");
    assertThat(run("eval", MODEL, "--to", "page.pdf").err()).contains("ends in .html");
    assertThat(run("eval", MODEL, "--tasks", "samples", "--traffic", "x").err())
        .contains("--tasks and --traffic stand together");
    assertThat(run("eval", MODEL, "--time-limit", "0").err()).contains("more than 0");
    assertThat(run("eval", MODEL, "--tasks", home.resolve("none").toString()).err())
        .contains("no such file");
    assertThat(run("eval", "recorded").err()).contains("--traffic");
  }

  @Test
  void theVerdictIsTheExitCode() throws IOException {
    String right = tasks("right.jsonl", 60, true);
    String wrong = tasks("wrong.jsonl", 60, false);
    Session.Result passed = run("eval", MODEL, "--tasks", right, "--at-least", "0.9");
    assertThat(passed.exit()).as(passed.err()).isEqualTo(Exit.OK);
    assertThat(passed.out()).contains("passed: ", "at least 90.0 %: 100.0 % (94.0 to 100.0 %)");
    Session.Result failed = run("eval", MODEL, "--tasks", wrong, "--at-least", "0.9");
    assertThat(failed.exit()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
    assertThat(failed.out()).contains("failed: ");
    Session.Result open =
        run("eval", MODEL, "--tasks", right, "--items", "10", "--at-least", "0.9");
    assertThat(open.exit()).isEqualTo(Exit.NOT_DECIDED);
    assertThat(open.out()).contains("not decided: ", "about 25 more tasks would decide it");
  }

  @Test
  void twoModelsAreComparedPairByPair() throws IOException {
    String copy = Files.copy(Path.of(MODEL), home.resolve("copy.gguf")).toString();
    Session.Result result =
        run(
            "eval",
            MODEL,
            copy,
            "--tasks",
            tasks("t.jsonl", 5, true),
            "--not-worse-than",
            MODEL,
            "--price",
            copy + "=1,2,EUR");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.NOT_DECIDED);
    assertThat(result.out())
        .contains(
            "+0.0 points", "both right 5", "not decided: " + copy, "by 5.0 points", " EUR, 0.0000");
  }

  @Test
  void runsAreListedShownComparedAndDrawn() throws IOException {
    String file = tasks("t.jsonl", 3, true);
    String page = home.resolve("page.html").toString();
    assertThat(run("eval", MODEL, "--tasks", file, "--to", page).err())
        .contains("kept as 20260102-030405-t");
    assertThat(Files.readString(Path.of(page))).contains("<svg", "say 2", "default-src 'none'");
    assertThat(run("eval", MODEL, "--tasks", tasks("t.jsonl", 4, true)).err())
        .contains("kept as 20260102-030405-t-2");
    assertThat(run("eval", "list").out().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("100.0 %"));
    Session.Result shown = run("eval", "show", "last", "--wrong", "1");
    assertThat(shown.out()).contains("20260102-030405-t-2", "tasks' sha256", "4 of 4");
    Session.Result compared = run("eval", "compare", "20260102-030405-t", "last", "--to", page);
    assertThat(compared.exit()).as(compared.err()).isEqualTo(Exit.OK);
    assertThat(compared.out()).contains("of 3 tasks both right 3", "1 left out", page);
    assertThat(Files.readString(Path.of(page))).contains("Right replies over time");
    assertThat(run("eval", "show", "2027").err()).contains("no such run");
  }

  @Test
  void aRunGoesOnOnlyAsItBegan() throws IOException {
    String file = tasks("t.jsonl", 3, true);
    run("eval", MODEL, "--tasks", file, "--results", home.toString());
    Path kept = home.resolve("20260102-030405-t.jsonl");
    List<String> lines = Files.readAllLines(kept);
    assertThat(lines).hasSize(7);
    Files.writeString(kept, String.join("\n", lines.subList(0, 5)) + "\n{\"kind\":\"item\"");
    Session.Result other =
        run("eval", MODEL, "--tasks", file, "--resume", kept.toString(), "--max-tokens", "9");
    assertThat(other.exit()).isEqualTo(Exit.USAGE);
    assertThat(other.err()).contains("other [settings]");
    Session.Result rest = run("eval", MODEL, "--tasks", file, "--resume", kept.toString());
    assertThat(rest.exit()).as(rest.err()).isEqualTo(Exit.OK);
    assertThat(rest.out()).contains("3 of 3");
    assertThat(Files.readAllLines(kept)).hasSize(7);
  }

  @Test
  void serversAreAskedByTheirAddress() throws IOException {
    Session.Result noModel = run("eval", "http://127.0.0.1:1/v1");
    assertThat(noModel.exit()).isEqualTo(Exit.USAGE);
    assertThat(noModel.err()).contains("expected an address and a model");
    assertThat(run("eval", "http://user:secret@127.0.0.1:1/v1#m").exit()).isEqualTo(Exit.USAGE);
    String file = tasks("t.jsonl", 2, true);
    Session.Result closed =
        run("eval", "http://127.0.0.1:1/v1#m", "--tasks", file, "--at-least", "0.5");
    assertThat(closed.out()).contains("0 of 2", "2 errors", "errors         2: ", "not decided");
    assertThat(closed.exit()).isEqualTo(Exit.NOT_DECIDED);
  }

  @Test
  void recordedAnswersStandBesideTheModel() throws IOException {
    String line =
        "{\"traffic\":1,\"id\":\"r%d\",\"route\":\"tickets\",\"request\":"
            + "{\"model\":\"x\",\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"Hello %d\"}],\"max_tokens\":2},\"answer\":"
            + "{\"content\":\"Hi\"},\"ms\":300,\"cost\":{\"amount\":0.5,\"currency\":\"EUR\"}}";
    Path file = home.resolve("day.jsonl");
    Files.writeString(file, line.formatted(1, 1) + "\n" + line.formatted(2, 2) + "\n");
    Session.Result result = run("eval", "recorded", MODEL, "--traffic", file.toString());
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains(
            "recorded", "2 of 2", "latency        p50 300 ms", "1.000000 EUR, 0.500000 a task")
        .contains("less recorded: -100.0 points");
  }
}
