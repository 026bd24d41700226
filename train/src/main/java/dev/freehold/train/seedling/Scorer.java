package dev.freehold.train.seedling;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rule by which the reply to a test item counts as right.
public sealed interface Scorer {
  /// Whether the reply, without the mark that ends it, is right.
  boolean accepts(String reply);

  /// The last number of a reply that is a sentence.
  ///
  /// A number is a run of digits. The reply must end with a full stop.
  record FinalNumber(long expected) implements Scorer {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    @Override
    public boolean accepts(String reply) {
      List<String> numbers = NUMBER.matcher(reply).results().map(result -> result.group()).toList();
      return isSentence(reply)
          && !numbers.isEmpty()
          && numbers.getLast().equals(Long.toString(expected));
    }
  }

  /// The reply ends with these words, after a space, and a full stop.
  record Ending(String expected) implements Scorer {
    @Override
    public boolean accepts(String reply) {
      return reply.strip().endsWith(" " + expected + ".");
    }
  }

  /// What stands between the first and the last quotation mark of the reply.
  record Quoted(String expected) implements Scorer {
    @Override
    public boolean accepts(String reply) {
      int first = reply.indexOf('"');
      int last = reply.lastIndexOf('"');
      return first >= 0 && last > first && reply.substring(first + 1, last).equals(expected);
    }
  }

  /// The reply is a sentence that names the expected entity and no other of its kind but those that
  /// the question names.
  ///
  /// Words of places, things, colours, jobs, foods and days are those of the world, in any letter
  /// case, as whole words. A person is every capitalised word but the first of a sentence that is
  /// `The`, `It`, `On` or `So`, and names of days.
  record NamedEntity(Entity kind, String expected, Set<String> inQuestion) implements Scorer {
    public NamedEntity {
      inQuestion = Set.copyOf(inQuestion);
    }

    @Override
    public boolean accepts(String reply) {
      Set<String> named = Mentions.of(kind, reply);
      named.removeAll(inQuestion);
      return isSentence(reply) && named.equals(Set.of(expected));
    }
  }

  /// The reply is one call, between its marks, of the expected tool with the expected arguments:
  /// equal as JSON, whatever the order of keys; nothing else stands in the reply.
  record CallEquals(ToolCall expected) implements Scorer {
    private static final Pattern CALL =
        Pattern.compile("\\s*<tool_call>\\s*(\\{.*\\})\\s*</tool_call>\\s*", Pattern.DOTALL);

    @Override
    public boolean accepts(String reply) {
      Matcher call = CALL.matcher(reply);
      if (!call.matches()) {
        return false;
      }
      try {
        JsonNode json =
            StrictJson.parse(call.group(1).getBytes(StandardCharsets.UTF_8), "tool call");
        return json.size() == 2
            && json.path("arguments") instanceof ObjectNode arguments
            && json.path("name").isString()
            && accepts(json.path("name").stringValue(), arguments);
      } catch (TensorException e) {
        return false;
      }
    }

    /// For callers that have the call already taken apart.
    public boolean accepts(String name, ObjectNode arguments) {
      return name.equals(expected.name()) && arguments.equals(expected.arguments());
    }
  }

  private static boolean isSentence(String reply) {
    String text = reply.strip();
    return text.endsWith(".") && Character.isUpperCase(text.charAt(0));
  }

  /// Which entities a text names.
  final class Mentions {
    private static final Pattern CAPITALISED = Pattern.compile("\\b[A-Z][a-z]+\\b");
    private static final Pattern WORD = Pattern.compile("[a-z]+");
    private static final Set<String> OPENERS =
        Set.of(
            "The", "It", "On", "So", "Who", "Where", "What", "When", "Which", "Whose", "In", "Does",
            "How");

    private Mentions() {}

    /// The entities of a kind in a text, in a set of their own.
    static Set<String> of(Entity kind, String text) {
      if (kind == Entity.PERSON) {
        return CAPITALISED
            .matcher(text)
            .results()
            .map(result -> result.group())
            .filter(word -> !OPENERS.contains(word) && !World.DAYS.contains(word))
            .collect(Collectors.toCollection(TreeSet::new));
      }
      Set<String> named = new TreeSet<>();
      Set<String> words =
          WORD.matcher(text.toLowerCase(Locale.ROOT))
              .results()
              .map(result -> result.group())
              .collect(Collectors.toSet());
      for (String name : World.names(kind)) {
        if (words.contains(name.toLowerCase(Locale.ROOT))) {
          named.add(name);
        }
      }
      return named;
    }
  }
}
