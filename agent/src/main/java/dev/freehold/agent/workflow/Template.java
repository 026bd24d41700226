package dev.freehold.agent.workflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A value with places for what earlier steps came to, as `Dear {{ ticket.name }}`.
///
/// A place names a value and nothing else: there is no code. It is read when the file is; what is
/// put in is data and is never read as a template again.
sealed interface Template {
  Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");

  /// What may be made of one text at most.
  int MAX_CHARACTERS = 1 << 20;

  /// Where a value is found.
  ///
  /// @param names of a step, the input or an item, and then of members or numbers of elements
  record Place(String file, int line, List<String> names) {
    String text() {
      return String.join(".", names);
    }

    WorkflowException wrong(String what) {
      return new WorkflowException("%s, line %d: {{ %s }}: %s".formatted(file, line, text(), what));
    }
  }

  /// As it stands in the file.
  record Literal(JsonNode value) implements Template {}

  /// The value at a place, whatever its type.
  record Value(Place place) implements Template {}

  /// A text with places in it.
  record Text(List<Piece> pieces) implements Template {
    sealed interface Piece {
      record Plain(String text) implements Piece {}

      record Put(Place place) implements Piece {}
    }
  }

  record Members(Map<String, Template> members) implements Template {}

  record Items(List<Template> items) implements Template {}

  static Template of(String file, Yaml value) {
    return switch (value) {
      case Yaml.Mapping mapping -> {
        Map<String, Template> members = new LinkedHashMap<>();
        mapping.entries().forEach((key, member) -> members.put(key, of(file, member)));
        yield new Members(members);
      }
      case Yaml.Sequence sequence ->
          new Items(sequence.items().stream().map(item -> of(file, item)).toList());
      case Yaml.Scalar scalar ->
          scalar.value().isString()
              ? text(file, scalar.line(), scalar.value().stringValue())
              : new Literal(scalar.value());
    };
  }

  static Template text(String file, int line, String text) {
    List<Text.Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      if (open < 0) {
        pieces.add(new Text.Piece.Plain(text.substring(at)));
        break;
      }
      int close = text.indexOf("}}", open + 2);
      String inside = close < 0 ? "" : text.substring(open + 2, close).strip();
      Matcher place = Places.FORM.matcher(inside);
      if (!place.matches()) {
        throw new WorkflowException(
            "%s, line %d: after {{ expected a name such as ticket.subject and }}, found \"%s\""
                .formatted(file, line, Shown.text(text.substring(open), 40)));
      }
      if (open > at) {
        pieces.add(new Text.Piece.Plain(text.substring(at, open)));
      }
      pieces.add(new Text.Piece.Put(new Place(file, line, List.of(inside.split("\\.")))));
      at = close + 2;
    }
    if (pieces.size() == 1 && pieces.getFirst() instanceof Text.Piece.Put put) {
      return new Value(put.place());
    }
    boolean isPlain = pieces.stream().allMatch(piece -> piece instanceof Text.Piece.Plain);
    return isPlain
        ? new Literal(JsonNodeFactory.instance.stringNode(text))
        : new Text(List.copyOf(pieces));
  }

  /// The form of what stands between the braces.
  final class Places {
    static final Pattern FORM =
        Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}(\\.[A-Za-z0-9_-]{1,64}){0,15}");

    private Places() {}
  }

  /// All places.
  default void places(Consumer<Place> each) {
    switch (this) {
      case Literal _ -> {}
      case Value value -> each.accept(value.place());
      case Text text ->
          text.pieces()
              .forEach(piece -> {
                if (piece instanceof Text.Piece.Put put) {
                  each.accept(put.place());
                }
              });
      case Members members -> members.members().values().forEach(one -> one.places(each));
      case Items items -> items.items().forEach(one -> one.places(each));
    }
  }

  /// The value with everything put in.
  ///
  /// @throws WorkflowException where a place names nothing, or the text is too long
  default JsonNode fill(Scope scope) {
    return switch (this) {
      case Literal literal -> literal.value();
      case Value value -> scope.find(value.place());
      case Text text -> JsonNodeFactory.instance.stringNode(filled(text, scope));
      case Members members -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        members.members().forEach((name, member) -> json.set(name, member.fill(scope)));
        yield json;
      }
      case Items items -> {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        items.items().forEach(item -> json.add(item.fill(scope)));
        yield json;
      }
    };
  }

  /// The value as a text: texts as they are, nothing as nothing, others as JSON.
  default String fillText(Scope scope) {
    return asText(fill(scope));
  }

  private static String filled(Text text, Scope scope) {
    StringBuilder all = new StringBuilder();
    for (Text.Piece piece : text.pieces()) {
      switch (piece) {
        case Text.Piece.Plain plain -> all.append(plain.text());
        case Text.Piece.Put put -> {
          String value = asText(scope.find(put.place()));
          if (all.length() + value.length() > MAX_CHARACTERS) {
            throw put.place()
                .wrong("the text would have more than %,d characters".formatted(MAX_CHARACTERS));
          }
          all.append(value);
        }
      }
    }
    return all.toString();
  }

  private static String asText(JsonNode value) {
    return value.isString() ? value.stringValue() : value.isNull() ? "" : value.toString();
  }
}
