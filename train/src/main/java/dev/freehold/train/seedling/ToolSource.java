package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Conversations in which the assistant calls a tool, or says that it has none for a request.
final class ToolSource implements Source {
  static final String NAME = "tools";

  private static final int MOST_TOOLS = 3;
  private static final int MOST_ATTEMPTS = 200;

  /// A request and the call that serves it.
  ///
  /// @param values what the call passes, in the order of the tool's parameters
  record Request(String text, ToolSpec.Declared tool, List<String> values) {
    ToolCall call() {
      return tool.call(values);
    }
  }

  @Override
  public Document document(Draw draw) {
    List<ToolSpec> specs = draw.pickSome(ToolCatalog.TOOLS, draw.between(1, MOST_TOOLS) + 1);
    ToolSpec absent = specs.getLast();
    List<ToolSpec.Declared> declared =
        specs.subList(0, specs.size() - 1).stream().map(spec -> spec.declare(draw)).toList();
    List<Message> messages = new ArrayList<>();
    if (draw.chance(10)) {
      messages.add(Message.of(Role.SYSTEM, SeedlingCorpus.SYSTEM));
    }
    int calls = draw.between(1, 1 + MOST_TOOLS - declared.size());
    for (int i = 0; i < calls; i++) {
      if (draw.chance(8)) {
        messages.add(Message.user(trainingRequest(draw, absent.declare(draw)).text()));
        messages.add(Message.assistant("I have no tool for that."));
      } else {
        serve(draw, trainingRequest(draw, draw.pick(declared)), messages);
      }
    }
    return new Document.Chat(NAME, definitions(declared), messages);
  }

  private static void serve(Draw draw, Request request, List<Message> messages) {
    messages.add(Message.user(request.text()));
    messages.add(Message.call(request.call()));
    if (messages.size() > MOST_TOOLS && draw.chance(30)) {
      return;
    }
    ToolSpec spec = request.tool().spec();
    boolean isSum = spec.parameters().getFirst().kind() == SlotKind.SUM;
    String[] slots =
        spec.slots(
            request.values(),
            "number",
            SlotKind.NUMBER.draw(draw, Side.TRAINING),
            "value",
            isSum ? Long.toString(SlotKind.evaluate(request.values().getFirst())) : "",
            "sky",
            draw.pick(Scenery.WEATHER),
            "time",
            SlotKind.TIME.draw(draw, Side.TRAINING));
    messages.add(Message.of(Role.TOOL, fillResult(spec.result(), slots)));
    messages.add(Message.assistant(Wording.capital(Wording.fill(spec.reply(), slots))));
  }

  /// As [Wording#fill], for JSON, whose braces stay.
  private static String fillResult(String result, String... slots) {
    String text = result;
    for (int i = 0; i < slots.length; i += 2) {
      text = text.replace("{" + slots[i] + "}", slots[i + 1]);
    }
    return text;
  }

  static List<JsonNode> definitions(List<ToolSpec.Declared> declared) {
    return declared.stream().map(tool -> (JsonNode) tool.definition()).toList();
  }

  /// A request for a tool whose values belong to a side, if there are such values.
  static Optional<Request> request(Draw draw, Side side, ToolSpec.Declared tool) {
    ToolSpec spec = tool.spec();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      List<String> values = spec.values(draw, side);
      List<String> key = new ArrayList<>(values);
      key.addFirst(spec.names().getFirst());
      if (HeldOut.fits(side, Kind.TOOL_CALL, key.toArray(String[]::new))) {
        String text = Wording.fill(draw.pick(spec.requests()), spec.slots(values));
        return Optional.of(new Request(text, tool, values));
      }
    }
    return Optional.empty();
  }

  private static Request trainingRequest(Draw draw, ToolSpec.Declared tool) {
    return request(draw, Side.TRAINING, tool)
        .orElseThrow(() -> new IllegalStateException("no values for " + tool.name()));
  }

  /// A test item: one request among one to three tools; none where no values of the tool that is
  /// asked for are reserved.
  static Optional<TestItem> test(Draw draw) {
    List<ToolSpec.Declared> declared =
        draw.pickSome(ToolCatalog.TOOLS, draw.between(1, MOST_TOOLS)).stream()
            .map(spec -> spec.declare(draw))
            .toList();
    return request(draw, Side.HELD_OUT, draw.pick(declared))
        .map(request ->
            new TestItem(
                Task.TOOL_CALLS,
                "tools: " + declared.size(),
                new Document.Chat(
                    NAME, definitions(declared), List.of(Message.user(request.text()))),
                ChatFormat.toolCall(request.call()),
                new Scorer.CallEquals(request.call())));
  }
}
