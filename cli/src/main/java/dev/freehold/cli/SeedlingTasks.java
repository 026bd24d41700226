package dev.freehold.cli;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.eval.Reply;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.task.EvalTask;
import dev.freehold.eval.task.TaskSet;
import dev.freehold.text.Conversation;
import dev.freehold.train.seedling.SeedlingTests;
import dev.freehold.train.seedling.Task;
import dev.freehold.train.seedling.TestItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The held-out items of the demo model's corpus as tasks, a group for each of its eleven tests.
final class SeedlingTasks {
  /// What `--tasks` calls them.
  static final String NAME = "seedling";

  private static final int MOST_REPLY_TOKENS = 256;

  private SeedlingTasks() {}

  /// The first `items` items of some tests, or of all where none is named.
  static TaskSet tasks(List<String> groups, int items) {
    List<EvalTask> tasks = new ArrayList<>();
    for (Task test : Task.values()) {
      String group = name(test);
      if (groups.isEmpty() || groups.contains(group)) {
        int number = 0;
        for (TestItem item : SeedlingTests.items(test, items)) {
          tasks.add(task(item, group, number++));
        }
      }
    }
    return new TaskSet(NAME, tasks);
  }

  /// The names of the tests.
  static List<String> groups() {
    List<String> names = new ArrayList<>();
    for (Task test : Task.values()) {
      names.add(name(test));
    }
    return names;
  }

  private static String name(Task test) {
    return test.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static EvalTask task(TestItem item, String group, int number) {
    ChatRequest request =
        new ChatRequest(
            "",
            input(item.conversation()),
            Sampling.UNSAID,
            Ending.NATURAL.withMaxTokens(MOST_REPLY_TOKENS));
    return new EvalTask(
        "%s-%04d".formatted(group, number),
        group,
        "en",
        request,
        item.promptText(),
        new Criterion.Programmed(NAME, reply -> item.scorer().accepts(written(reply))),
        item.expected(),
        TaskSet.sha256(group + "\n" + item.promptText() + "\n" + item.expected()));
  }

  /// A reply as the model wrote it, also where a server has read the calls out of it.
  private static String written(Reply reply) {
    StringBuilder text = new StringBuilder(reply.text());
    for (Reply.Call call : reply.calls()) {
      text.append("<tool_call>\n{\"name\": ")
          .append(JsonNodeFactory.instance.stringNode(call.name()))
          .append(", \"arguments\": ")
          .append(call.arguments())
          .append("}\n</tool_call>");
    }
    return text.toString();
  }

  private static Input input(Conversation conversation) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : conversation.messages()) {
      String content = message.path("content").stringValue();
      switch (message.path("role").stringValue()) {
        case "system" -> messages.add(Message.system(content));
        case "user" -> messages.add(Message.user(content));
        default -> throw new IllegalStateException("a test item with the turn " + message);
      }
    }
    List<Tool> tools = new ArrayList<>();
    conversation
        .tools()
        .ifPresent(all ->
            all.forEach(tool -> {
              JsonNode function = tool.path("function");
              tools.add(
                  new Tool(
                      function.path("name").stringValue(),
                      function.path("description").stringValue(),
                      function.path("parameters")));
            }));
    return new Input.Conversation(messages, tools, Map.of());
  }
}
