package dev.freehold.audit.subject;

import dev.freehold.audit.AuditException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The card of a model: the fields at the head of its README.md, and the text below.
///
/// Source of the field names: the Hugging Face hub's documentation of model cards.
///
/// @param document the file
/// @param statements its fields, those that hold texts or lists of texts
/// @param bodyFrom the character at which the text begins
/// @param problem why the fields could not be read
public record ModelCard(
    Document document, List<Statement> statements, int bodyFrom, Optional<String> problem) {
  /// The name it has in a model's folder.
  public static final String FILE = "README.md";

  private static final String FENCE = "---";
  private static final int MOST_STATEMENTS = 2_000;

  /// The value of a field that holds more than texts.
  private static final String FIELDS = "(fields)";

  /// Reads a card. Fields that are no YAML are a problem that is told, not an error: the text below
  /// them is still there.
  static ModelCard of(Document document) {
    String text = document.text();
    int from = text.startsWith("\uFEFF") ? 1 : 0;
    int firstEnd = text.indexOf('\n', from);
    if (firstEnd < 0 || !text.substring(from, firstEnd).strip().equals(FENCE)) {
      return new ModelCard(document, List.of(), from, Optional.empty());
    }
    int end = closingFence(text, firstEnd + 1);
    if (end < 0) {
      return new ModelCard(
          document,
          List.of(),
          from,
          Optional.of(document.name() + ": the fields at its head have no end"));
    }
    int lineEnd = text.indexOf('\n', end);
    int bodyFrom = lineEnd < 0 ? text.length() : lineEnd + 1;
    try {
      Yaml.Fields fields = Yaml.parse(text.substring(firstEnd + 1, end), document.name());
      return new ModelCard(
          document, statements(document, fields, firstEnd + 1), bodyFrom, Optional.empty());
    } catch (AuditException unreadable) {
      return new ModelCard(
          document, List.of(), bodyFrom, Optional.of(String.valueOf(unreadable.getMessage())));
    }
  }

  private static int closingFence(String text, int from) {
    for (int at = from; at >= 0 && at < text.length(); ) {
      int end = text.indexOf('\n', at);
      String line = text.substring(at, end < 0 ? text.length() : end);
      if (line.strip().equals(FENCE)) {
        return at;
      }
      at = end < 0 ? -1 : end + 1;
    }
    return -1;
  }

  private static List<Statement> statements(Document document, Yaml.Fields fields, int shift) {
    List<Statement> statements = new ArrayList<>();
    for (Map.Entry<String, Yaml> field : fields.values().entrySet()) {
      for (Yaml.Text text : fields.texts(field.getKey())) {
        if (statements.size() < MOST_STATEMENTS && !text.value().isBlank()) {
          int from = text.from() + shift;
          int to = text.to() + shift;
          statements.add(new Statement(field.getKey(), text.value().strip(), document, from, to));
        }
      }
      if (!(field.getValue() instanceof Yaml.Text) && fields.texts(field.getKey()).isEmpty()) {
        statements.add(new Statement(field.getKey(), FIELDS, document, shift, shift));
      }
    }
    return List.copyOf(statements);
  }

  /// The text below the fields.
  public String body() {
    return document.text().substring(bodyFrom);
  }
}
