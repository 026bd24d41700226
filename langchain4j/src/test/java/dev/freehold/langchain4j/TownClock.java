package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;

/// A service of LangChain4j that answers with the help of a tool; docs/java.md shows it.
public class TownClock {
  /// What the program asks.
  interface Assistant {
    String ask(String question);
  }

  @Tool(name = "get_time", value = "Tells the time in a town.")
  String time(@P(name = "town", value = "") String town) {
    return "{\"time\": \"14:30\"}";
  }

  public static void main(String... names) {
    try (FreeholdModel model = FreeholdModel.open(names.length == 0 ? "demo" : names[0])) {
      Assistant assistant =
          AiServices.builder(Assistant.class)
              .chatModel(FreeholdChatModel.builder(model).build())
              .tools(new TownClock())
              .build();
      System.out.println(assistant.ask("What time is it in Greenfield?"));
    }
  }
}
