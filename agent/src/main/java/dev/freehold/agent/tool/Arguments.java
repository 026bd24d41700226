package dev.freehold.agent.tool;

import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads the arguments of calls, and writes the short schemas of tools.
final class Arguments {
  private Arguments() {}

  /// A schema of an object.
  ///
  /// @param properties name, type and description in turn; a name that ends with `?` may be missing
  static ObjectNode schema(String... properties) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("type", "object");
    ObjectNode all = schema.putObject("properties");
    var required = schema.putArray("required");
    for (int i = 0; i < properties.length; i += 3) {
      boolean isOptional = properties[i].endsWith("?");
      String name = properties[i].replace("?", "");
      all.putObject(name).put("type", properties[i + 1]).put("description", properties[i + 2]);
      if (!isOptional) {
        required.add(name);
      }
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  /// A text that must be there.
  static String text(JsonNode arguments, String name) {
    JsonNode value = arguments.path(name);
    if (!value.isString()) {
      throw new ToolException(
          "\"%s\" is missing: expected a text, found %s"
              .formatted(name, value.isMissingNode() ? "nothing" : "" + value.getNodeType()));
    }
    return value.asString();
  }

  static String text(JsonNode arguments, String name, String otherwise) {
    return arguments.hasNonNull(name) ? text(arguments, name) : otherwise;
  }

  /// A whole number from 1 on; models write them as texts too.
  static OptionalInt number(JsonNode arguments, String name) {
    JsonNode value = arguments.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    try {
      double number = value.isNumber() ? value.doubleValue() : Double.parseDouble(value.asString());
      if (number >= 1 && number <= Integer.MAX_VALUE && number == Math.rint(number)) {
        return OptionalInt.of((int) number);
      }
    } catch (NumberFormatException wrong) {
      // told below
    }
    throw new ToolException("\"%s\": expected a whole number from 1 on".formatted(name));
  }

  static boolean flag(JsonNode arguments, String name) {
    JsonNode value = arguments.path(name);
    return value.isBoolean() ? value.asBoolean() : value.asString("").equals("true");
  }

  /// Refuses names that no parameter has: a model that mistypes one learns of it.
  static void requireKnown(JsonNode arguments, List<String> known) {
    for (String name : arguments.propertyNames()) {
      if (!known.contains(name)) {
        throw new ToolException(
            "there is no parameter \"%s\"; there are: %s"
                .formatted(
                    name.length() > 40 ? name.substring(0, 40) : name, String.join(", ", known)));
      }
    }
  }
}
