package dev.freehold.eval.task;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.record.Fields;
import dev.freehold.eval.record.JsonLines;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads tasks from JSON lines, one task a line; docs/eval.md says what a task may hold.
///
/// Failures: an [EvalException] that names file, line and field.
public final class TaskFile {
  private static final int MOST_ID = 200;
  private static final int MOST_GROUP = 100;

  private TaskFile() {}

  /// @param name what people call the set
  public static TaskSet read(String name, Path file) {
    try (JsonLines lines = JsonLines.open(file)) {
      return read(name, lines);
    }
  }

  /// @param name what people call the set
  public static TaskSet read(String name, InputStream in) {
    try (JsonLines lines = JsonLines.of(name, in)) {
      return read(name, lines);
    }
  }

  /// The sample tasks that come with Freehold: a few dozen, for any model.
  public static TaskSet samples() {
    InputStream in = TaskFile.class.getResourceAsStream("samples.jsonl");
    if (in == null) {
      throw new IllegalStateException("the sample tasks are not in the program");
    }
    return read("samples", in);
  }

  private static TaskSet read(String name, JsonLines lines) {
    List<EvalTask> tasks = new ArrayList<>();
    for (Optional<JsonLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
      if (tasks.size() == TaskSet.MOST_TASKS) {
        throw new EvalException(
            "%s: expected at most %,d tasks".formatted(line.get().at(), TaskSet.MOST_TASKS));
      }
      tasks.add(task(line.get()));
    }
    return new TaskSet(name, tasks);
  }

  private static EvalTask task(JsonLines.Line line) {
    Fields fields = Fields.of(line.object(), line.at());
    try {
      String id = fields.name("id", MOST_ID);
      ChatRequest request = request(fields);
      Criterion criterion = CriterionFields.criterion(fields.requiredObject("judge"));
      EvalTask task =
          new EvalTask(
              id,
              fields.has("group") ? fields.name("group", MOST_GROUP) : "",
              fields.has("language") ? fields.name("language", MOST_GROUP) : "",
              request,
              question(request),
              criterion,
              fields.string("reference").or(() -> CriterionFields.reference(criterion)).orElse(""),
              TaskSet.sha256(line.bytes()));
      fields.string("note");
      fields.nothingElse();
      return task;
    } catch (ChatException wrong) {
      throw new EvalException("%s: %s".formatted(line.at(), wrong.getMessage()), wrong);
    }
  }

  /// A task's `messages`, or `prompt` with `system` before it.
  private static ChatRequest request(Fields fields) {
    Optional<String> prompt = fields.string("prompt");
    Optional<String> system = fields.string("system");
    if (prompt.isEmpty()) {
      if (system.isPresent()) {
        throw fields.wrong("system", "stands with prompt only; put it into messages");
      }
      if (!fields.has("messages")) {
        throw fields.wrong("prompt", "is missing, and so is messages");
      }
      return RequestFields.request(fields);
    }
    if (fields.has("messages")) {
      throw fields.wrong("messages", "stands beside prompt; one of them must go");
    }
    List<Message> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(Message.system(text)));
    messages.add(Message.user(prompt.get()));
    return RequestFields.request(fields, messages);
  }

  /// A request as a judge or a person reads it.
  static String question(ChatRequest request) {
    return switch (request.input()) {
      case Input.Conversation conversation ->
          conversation.messages().size() == 1
              ? dev.freehold.chat.Part.text(conversation.messages().getFirst().content())
              : conversation.messages().stream()
                  .map(message ->
                      message.role() + ": " + dev.freehold.chat.Part.text(message.content()))
                  .collect(Collectors.joining("\n"));
      case Input.Text text -> text.text();
      case Input.Tokens tokens -> tokens.ids().size() + " tokens";
    };
  }
}
