package dev.freehold.examples;

import dev.freehold.api.Answer;
import dev.freehold.api.FreeholdModel;
import dev.freehold.api.Question;

/// Gets an answer that is valid under a JSON Schema, whatever the model would like to write.
public class AskForJson {
  private static final String SCHEMA =
      """
      {"type": "object",
       "properties": {"sum": {"type": "integer"}, "isEven": {"type": "boolean"}},
       "required": ["sum", "isEven"], "additionalProperties": false}
      """;

  public static void main(String... names) {
    try (FreeholdModel model = FreeholdModel.open(names.length == 0 ? "demo" : names[0])) {
      Question question = Question.of("What is 48 + 36?").withSchema(SCHEMA).withSeed(7);
      Answer answer = model.ask(question);
      System.out.println(answer.json().path("sum").isInt() + " " + answer.text());
    }
  }
}
