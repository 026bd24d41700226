package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A kind of tool: what it may be called, what it takes, how people ask for it, what it says.
///
/// In templates the slot of a parameter carries its first name.
///
/// @param names what declarations call it
/// @param requests templates of what a user asks
/// @param result template of the JSON that the tool answers; `number` and `sky` are random
/// @param reply template of the sentence that tells the result
record ToolSpec(
    List<String> names,
    String description,
    List<Parameter> parameters,
    List<String> requests,
    String result,
    String reply) {
  /// What a tool takes.
  ///
  /// @param names what declarations call it
  record Parameter(SlotKind kind, List<String> names) {
    static Parameter of(SlotKind kind, String... names) {
      return new Parameter(kind, List.of(names));
    }

    String slot() {
      return names.getFirst();
    }
  }

  /// A tool as one document declares it: with one of its names, and one for each parameter.
  record Declared(ToolSpec spec, String name, List<String> parameterNames) {
    /// The definition as in the chat APIs.
    ObjectNode definition() {
      ObjectNode definition = JsonNodeFactory.instance.objectNode();
      definition.put("type", "function");
      ObjectNode function = definition.putObject("function");
      function.put("name", name).put("description", spec.description());
      ObjectNode schema = function.putObject("parameters").put("type", "object");
      ObjectNode properties = schema.putObject("properties");
      ArrayNode required = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < parameterNames.size(); i++) {
        String type = spec.parameters().get(i).kind().type();
        properties.putObject(parameterNames.get(i)).put("type", type);
        required.add(parameterNames.get(i));
      }
      schema.set("required", required);
      return definition;
    }

    ToolCall call(List<String> values) {
      ObjectNode arguments = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < values.size(); i++) {
        arguments.set(parameterNames.get(i), spec.parameters().get(i).kind().json(values.get(i)));
      }
      return new ToolCall(name, arguments);
    }
  }

  Declared declare(Draw draw) {
    List<String> parameterNames = new ArrayList<>();
    for (Parameter parameter : parameters) {
      parameterNames.add(draw.pick(parameter.names()));
    }
    return new Declared(this, draw.pick(names), List.copyOf(parameterNames));
  }

  /// Values for all parameters; no two alike.
  List<String> values(Draw draw, Side side) {
    List<String> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String value = parameter.kind().draw(draw, side);
      while (values.contains(value)) {
        value = parameter.kind().draw(draw, side);
      }
      values.add(value);
    }
    return List.copyOf(values);
  }

  /// Slots and their values, as [Wording#fill] takes them; the values come before `more`.
  String[] slots(List<String> values, String... more) {
    String[] slots = new String[2 * values.size() + more.length];
    for (int i = 0; i < values.size(); i++) {
      slots[2 * i] = parameters.get(i).slot();
      slots[2 * i + 1] = values.get(i);
    }
    System.arraycopy(more, 0, slots, 2 * values.size(), more.length);
    return slots;
  }
}
