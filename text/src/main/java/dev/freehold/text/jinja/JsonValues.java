package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Real;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// JSON of a conversation made into values: every string and key is untrusted.
///
/// The one exception is the role of a message if it is one of the well-known roles: these words
/// cannot spell a marker by themselves, and templates build markers out of them (`'<|' +
/// message.role + '|>'`).
final class JsonValues {
  private static final Set<String> ROLES =
      Set.of(
          "system",
          "user",
          "assistant",
          "tool",
          "developer",
          "function",
          "ipython",
          "model",
          "observation");

  private final Run run;

  JsonValues(Run run) {
    this.run = run;
  }

  Value value(String variable, JsonNode node) {
    return variable.equals("messages") && node.isArray() ? messages(node) : value(node, 1);
  }

  private Value messages(JsonNode messages) {
    List<Value> items = new ArrayList<>();
    for (JsonNode message : messages) {
      if (!message.isObject() || !ROLES.contains(message.path("role").asString(""))) {
        items.add(value(message, 2));
        continue;
      }
      run.credit(0);
      DictValue.Builder dict = new DictValue.Builder(run);
      for (Map.Entry<String, JsonNode> field : message.properties()) {
        Value value =
            field.getKey().equals("role")
                ? Text.trusted(field.getValue().asString())
                : value(field.getValue(), 3);
        put(dict, field.getKey(), value);
      }
      items.add(dict.build());
    }
    return list(items);
  }

  private Value value(JsonNode node, int depth) {
    run.credit(0);
    return switch (node.getNodeType()) {
      case STRING -> text(node.stringValue());
      case BOOLEAN -> Bool.of(node.booleanValue());
      case NUMBER -> number(node);
      case ARRAY -> {
        run.checkNesting(depth);
        List<Value> items = new ArrayList<>(node.size());
        for (JsonNode item : node) {
          items.add(value(item, depth + 1));
        }
        yield list(items);
      }
      case OBJECT -> {
        run.checkNesting(depth);
        DictValue.Builder dict = new DictValue.Builder(run);
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          put(dict, field.getKey(), value(field.getValue(), depth + 1));
        }
        yield dict.build();
      }
      case NULL, MISSING -> None.NONE;
      case BINARY, POJO ->
          throw run.error("the conversation holds a " + node.getNodeType() + ", which is no JSON");
    };
  }

  private Value number(JsonNode node) {
    return node.isIntegralNumber()
        ? new Int(run.checkSize(node.bigIntegerValue()))
        : new Real(node.doubleValue());
  }

  private Value list(List<Value> items) {
    return ListValue.list(run, items);
  }

  private void put(DictValue.Builder dict, String key, Value value) {
    dict.put(text(key), value);
  }

  private Text text(String chars) {
    run.credit(chars.length());
    int half = Chars.loneSurrogate(chars);
    if (half >= 0) {
      throw run.error(
          "a string of the conversation holds half a character (\\u%04x) at index %d"
              .formatted((int) chars.charAt(half), half));
    }
    return Text.untrusted(chars);
  }
}
