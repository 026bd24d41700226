package dev.freehold.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Input;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.ToolChoice;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.Reply;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.judge.Judgement;
import dev.freehold.eval.judge.Judgement.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of tasks, right and hostile.
class TaskFileTest {
  @TempDir private Path folder;

  static TaskSet read(String... lines) {
    byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return TaskFile.read("t.jsonl", new ByteArrayInputStream(bytes));
  }

  private static Judgement judge(EvalTask task, Reply reply) {
    return ((Criterion.Checked) task.criterion()).judge(reply);
  }

  @Test
  void aTaskSaysWhatIsAskedAndHow() {
    EvalTask task =
        read("""
        {"id":"a","group":"g","language":"de","system":"s","prompt":"p","max_tokens":7,\
        "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required",\
        "response_format":{"type":"json_object"},"stop":["x"],"note":"mine",\
        "judge":{"type":"exact","expected":"y"}}\
        """)
            .tasks()
            .getFirst();
    Input.Conversation input = (Input.Conversation) task.request().input();
    assertThat(input.messages()).extracting(m -> m.role()).containsExactly("system", "user");
    assertThat(input.tools()).extracting(t -> t.name()).containsExactly("f");
    assertThat(task.request().output().toolChoice()).isInstanceOf(ToolChoice.Required.class);
    assertThat(task.request().output().format()).isInstanceOf(OutputFormat.JsonObject.class);
    assertThat(task.request().ending().maxTokens()).hasValue(7);
    assertThat(task.request().ending().stop()).containsExactly("x");
    assertThat(task.group()).isEqualTo("g");
    assertThat(task.language()).isEqualTo("de");
    assertThat(task.reference()).isEqualTo("y");
    assertThat(task.question()).isEqualTo("system: s\nuser: p");
  }

  @Test
  void theDigestIsOfAllThatIsAsked() {
    String line =
        "{\"id\":\"a\",\"prompt\":\"p\",\"judge\":{\"type\":\"exact\",\"expected\":\"y\"}}";
    assertThat(read(line).digest()).isEqualTo(read("", line, "").digest()).hasSize(64);
    assertThat(read(line).digest()).isNotEqualTo(read(line.replace("\"y\"", "\"z\"")).digest());
  }

  /// What is wrong is told with line and field.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt\":\"p\",\"judge\":{\"type\":\"exact\",\"expected\":\"y\"}}"
            + " | line 2: id: is missing",
        "{\"id\":7,\"prompt\":\"p\"} | line 2: id: expected a string, found 7",
        "{\"id\":\"b\",\"judge\":{\"type\":\"exact\"}} | line 2: prompt: is missing",
        "{\"id\":\"b\",\"prompt\":\"p\"} | line 2: judge: is missing",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"magic\"}}"
            + " | judge.type: expected exact",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"exact\"}}"
            + " | judge.expected: is missing",
        "{\"id\":\"b\",\"prompt\":\"p\",\"promt\":1,"
            + "\"judge\":{\"type\":\"contains\",\"all\":\"x\"}}"
            + " | line 2: promt: is not known here",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"contains\"}} | every reply would be",
        "{\"id\":\"b\",\"prompt\":\"p\","
            + "\"judge\":{\"type\":\"exact\",\"expected\":\"y\",\"case\":1}}"
            + " | judge.case: is not known here",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"regex\",\"pattern\":\"(\"}}"
            + " | judge.pattern: is no regular expression",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"number\",\"expected\":\"1\"}}"
            + " | judge.expected: expected a number",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"number\",\"expected\":1,"
            + "\"tolerance\":-1}} | judge.tolerance: expected 0 or more",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"json_schema\",\"schema\":3}}"
            + " | judge.schema: expected a JSON Schema",
        "{\"id\":\"b\",\"prompt\":\"p\",\"judge\":{\"type\":\"exact\",\"expected\":\"y\","
            + "\"normalize\":[\"upper\"]}} | judge.normalize: expected one of nfc, case",
        "{\"id\":\"b\",\"messages\":[{\"role\":\"root\"}]} | messages[0].role: expected system",
        "{\"id\":\"b\",\"messages\":[]} | messages: expected at least one",
        "{\"id\":\"b\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}"
            + " | messages[0].content[0].type: expected text",
        "{\"id\":\"b\",\"prompt\":\"p\",\"max_tokens\":0}"
            + " | max_tokens: expected a whole number from 1",
        "{\"id\":\"b\",\"prompt\":\"p\",\"tool_choice\":\"always\"} | tool_choice: expected auto",
        "{\"id\":\"a\",\"prompt\":\"p\",\"judge\":{\"type\":\"exact\",\"expected\":\"y\"}}"
            + " | two tasks have the id \"a\"",
        "[1] | line 2: expected a JSON object",
        "{\"id\":\"b\",,} | line 2, column",
        "{\"id\":\"b\",\"id\":\"c\"} | line 2",
      })
  void whatIsWrongIsToldWithLineAndField(String line, String message) {
    String good =
        "{\"id\":\"a\",\"prompt\":\"p\",\"judge\":{\"type\":\"exact\",\"expected\":\"y\"}}";
    assertThatThrownBy(() -> read(good, line))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("t.jsonl")
        .hasMessageContaining(message);
  }

  @Test
  void filesThatAreNoneOrEmptyAreRefused() throws Exception {
    assertThatThrownBy(() -> TaskFile.read("x", folder.resolve("none")))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> TaskFile.read("x", folder))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("is no file");
    Path empty = Files.writeString(folder.resolve("empty"), "\n\n");
    assertThatThrownBy(() -> TaskFile.read("x", empty))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("holds no task");
  }

  @Test
  void aLineWithoutEndIsRefusedBeforeItIsHeld() {
    String endless = "{\"id\":\"" + "a".repeat(9 << 20);
    assertThatThrownBy(() -> read(endless))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("expected at most 8,388,608 bytes");
    assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(EvalException.class);
  }

  /// Lines with random bytes changed are read or refused, never anything else.
  @Test
  void brokenLinesEndInATypedError() {
    String line =
        "{\"id\":\"b\",\"messages\":[{\"role\":\"user\",\"content\":\"p\"}],\"judge\":{\"type\":"
            + "\"json_schema\",\"schema\":{\"type\":\"object\",\"required\":[\"a\"]}}}";
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i <= random.nextInt(3); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        TaskFile.read("t", new ByteArrayInputStream(bytes));
      } catch (EvalException told) {
        assertThat(told).hasMessageContaining("t");
      }
    }
  }

  @Test
  void theSamplesAreReadAndHoldWhatTheyShould() {
    TaskSet samples = TaskFile.samples();
    Set<String> languages = new HashSet<>();
    Set<String> groups = new HashSet<>();
    samples
        .tasks()
        .forEach(task -> {
          languages.add(task.language());
          groups.add(task.group());
        });
    assertThat(samples.tasks()).hasSizeGreaterThan(50);
    assertThat(languages).contains("en", "de", "fr", "es", "it", "ja", "ar", "ru");
    assertThat(groups)
        .contains("extraction", "classification", "arithmetic", "json", "tools", "translation");
  }

  /// Each sample that names its answer accepts it, and not an empty reply.
  @Test
  void theSamplesAcceptTheirOwnAnswers() {
    for (EvalTask task : TaskFile.samples().tasks()) {
      String text =
          switch (task.criterion()) {
            case Criterion.Exact exact -> exact.expected().getFirst();
            case Criterion.Number number -> number.rule().expected().toPlainString();
            case Criterion.JsonEqual json -> json.expected().toString();
            default -> null;
          };
      if (text != null) {
        assertThat(judge(task, Reply.of(text)).verdict()).as(task.id()).isEqualTo(Verdict.RIGHT);
      }
      if (!task.id().equals("tools-none")) {
        assertThat(judge(task, Reply.of("")).verdict()).as(task.id()).isEqualTo(Verdict.WRONG);
      }
    }
  }

  /// Right and wrong replies, as people and models write them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "translate-en-de | Wo ist der Bahnhof? | RIGHT",
        "translate-en-de | Wo befindet sich der Bahnhof? | RIGHT",
        "translate-en-de | Wo ist die Bushaltestelle? | WRONG",
        "translate-en-fr | La réunion commence à dix heures. | RIGHT",
        "translate-en-fr | La réunion débute à 10 heures. | RIGHT",
        "translate-en-es | ¡Gracias por su ayuda! | RIGHT",
        "translate-en-es | Muchas gracias por tu ayuda. | RIGHT",
        "translate-en-it | Vorrei un bicchiere d’acqua, per favore. | RIGHT",
        "translate-de-en | The invoice has not been paid yet. | RIGHT",
        "translate-de-en | The bill hasn’t been paid yet. | RIGHT",
        "translate-de-en | The bill is still unpaid. | RIGHT",
        "translate-de-en | The bill has been paid. | WRONG",
        "translate-fr-en | The train is twenty minutes late. | RIGHT",
        "translate-fr-en | The train is delayed by 20 minutes. | RIGHT",
        "translate-fr-en | The train leaves in twenty minutes. | WRONG",
        "translate-es-en | There will be no class tomorrow. | RIGHT",
        "translate-es-en | Tomorrow there won't be any class. | RIGHT",
        "translate-es-en | There is a class tomorrow. | WRONG",
        "arithmetic-de-price | 6,00 | RIGHT",
        "arithmetic-de-price | 6 Euro | RIGHT",
        "arithmetic-de-price | 60 | WRONG",
        "language-el-capital | Η ΡΏΜΗ. | RIGHT",
        "language-ru-capital | париж | RIGHT",
        "language-ja-mountain | 富士山。 | RIGHT",
      })
  void theSamplesJudgeAsPeopleWould(String id, String reply, Verdict verdict) {
    EvalTask task =
        TaskFile.samples().tasks().stream()
            .filter(t -> t.id().equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(judge(task, Reply.of(reply)).verdict()).isEqualTo(verdict);
  }

  @Test
  void theOrderSampleKnowsTheOrder() {
    EvalTask task =
        TaskFile.samples().tasks().stream()
            .filter(t -> t.id().equals("json-order"))
            .findFirst()
            .orElseThrow();
    String right =
        "{\"items\":[{\"name\":\"salad\",\"size\":\"small\",\"count\":1},"
            + "{\"name\":\"pizza\",\"size\":\"large\",\"count\":2}],\"delivery\":false}";
    assertThat(judge(task, Reply.of(right)).verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(judge(task, Reply.of(right.replace("false", "true"))).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(judge(task, Reply.of(right.replace("2", "3"))).verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void hostileRulesEndInTime() {
    EvalTask regex =
        read("{\"id\":\"a\",\"prompt\":\"p\","
                + "\"judge\":{\"type\":\"regex\",\"pattern\":\"(a+)+b\"}}")
            .tasks()
            .getFirst();
    EvalTask stack =
        read("{\"id\":\"a\",\"prompt\":\"p\","
                + "\"judge\":{\"type\":\"regex\",\"pattern\":\"(x|a)*b\"}}")
            .tasks()
            .getFirst();
    assertThat(List.of(regex, stack))
        .allSatisfy(task ->
            assertThat(judge(task, Reply.of("a".repeat(100_000))).verdict())
                .isEqualTo(Verdict.NONE));
  }
}
