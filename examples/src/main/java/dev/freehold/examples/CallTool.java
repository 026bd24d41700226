package dev.freehold.examples;

import dev.freehold.api.Conversation;
import dev.freehold.api.FreeholdModel;
import dev.freehold.api.Question;

/// Lets a model look up the time in a town before it answers.
public class CallTool {
  private static final String TOWN =
      """
      {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
      """;

  public static void main(String... names) {
    try (FreeholdModel model = FreeholdModel.open(names.length == 0 ? "demo" : names[0])) {
      Conversation conversation =
          model
              .converse(Question.EMPTY.withTemperature(0))
              .tool(
                  "get_time",
                  "Tells the time in a town.",
                  TOWN,
                  arguments -> {
                    System.out.println("asked for " + arguments);
                    return "{\"time\": \"14:30\"}";
                  });
      System.out.println(conversation.ask("What time is it in Greenfield?").text());
    }
  }
}
