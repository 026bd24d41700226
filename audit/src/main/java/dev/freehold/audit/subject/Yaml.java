package dev.freehold.audit.subject;

import dev.freehold.audit.AuditException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// A node of a small YAML text that nobody vouches for: texts with their places, lists and fields.
///
/// Scalars stay the texts they are, so that nothing is guessed about types. References, keys twice,
/// deep nesting and more than one document are refused.
public sealed interface Yaml {
  /// A scalar, and the characters it stands at.
  record Text(String value, int from, int to) implements Yaml {}

  /// A list.
  record Items(List<Yaml> values) implements Yaml {}

  /// A mapping with texts as keys.
  record Fields(Map<String, Yaml> values) implements Yaml {
    /// The texts under a key: of a scalar one, of a list of scalars all.
    public List<Text> texts(String key) {
      Yaml node = values.get(key);
      return switch (node) {
        case null -> List.of();
        case Text text -> List.of(text);
        case Items items ->
            items.values().stream().filter(Text.class::isInstance).map(Text.class::cast).toList();
        case Fields fields -> List.of();
      };
    }
  }

  /// Reads a text whose top is a mapping, or nothing at all.
  ///
  /// @param name of the text in errors
  /// @throws AuditException where it is no YAML, or not such
  static Fields parse(String text, String name) {
    return new YamlReader(text, name).read();
  }

  /// Builds nodes from the events of a text.
  final class YamlReader {
    private static final int MOST_CHARACTERS = 1 << 18;
    private static final int MOST_DEPTH = 24;

    private final String name;
    private final int[] characterAt;
    private final Iterator<Event> events;

    private YamlReader(String text, String name) {
      if (text.length() > MOST_CHARACTERS) {
        throw new AuditException(
            "%s: YAML of at most %d characters is read, found %d"
                .formatted(name, MOST_CHARACTERS, text.length()));
      }
      this.name = name;
      this.characterAt = places(text);
      LoadSettings settings =
          LoadSettings.builder().setLabel(name).setCodePointLimit(MOST_CHARACTERS + 1).build();
      this.events = new ParserImpl(settings, new StreamReader(settings, text));
    }

    /// The parser counts code points.
    private static int[] places(String text) {
      int[] places = new int[text.codePointCount(0, text.length()) + 1];
      int at = 0;
      for (int i = 0; i < places.length; i++) {
        places[i] = at;
        at = at < text.length() ? text.offsetByCodePoints(at, 1) : at;
      }
      return places;
    }

    private Fields read() {
      try {
        next(); // the stream's begin
        Event event = next();
        if (event.getEventId() == Event.ID.StreamEnd) {
          return new Fields(Map.of());
        }
        Yaml root = node(next(), 0);
        next(); // the document's end
        if (next().getEventId() != Event.ID.StreamEnd) {
          throw new AuditException(name + ": more than one YAML document");
        }
        return switch (root) {
          case Fields fields -> fields;
          case Text text when text.value().isBlank() -> new Fields(Map.of());
          case Text text -> throw new AuditException(name + ": expected \"name: value\" lines");
          case Items items -> throw new AuditException(name + ": expected \"name: value\" lines");
        };
      } catch (YamlEngineException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        throw new AuditException("%s: no YAML: %s".formatted(name, reason), e);
      }
    }

    private Event next() {
      if (!events.hasNext()) {
        throw new AuditException(name + ": no YAML: it ends too soon");
      }
      return events.next();
    }

    private Yaml node(Event event, int depth) {
      if (depth > MOST_DEPTH) {
        throw new AuditException("%s: nested deeper than %d".formatted(name, MOST_DEPTH));
      }
      return switch (event.getEventId()) {
        case Scalar -> text((ScalarEvent) event);
        case SequenceStart -> {
          List<Yaml> values = new ArrayList<>();
          for (Event e = next(); e.getEventId() != Event.ID.SequenceEnd; e = next()) {
            values.add(node(e, depth + 1));
          }
          yield new Items(List.copyOf(values));
        }
        case MappingStart -> {
          Map<String, Yaml> values = new LinkedHashMap<>();
          for (Event e = next(); e.getEventId() != Event.ID.MappingEnd; e = next()) {
            if (!(node(e, depth + 1) instanceof Text key)) {
              throw new AuditException(name + ": a key that is no text");
            }
            if (values.put(key.value(), node(next(), depth + 1)) != null) {
              throw new AuditException("%s: the key \"%s\" twice".formatted(name, key.value()));
            }
          }
          yield new Fields(java.util.Collections.unmodifiableMap(values));
        }
        default -> throw new AuditException(name + ": references are not read");
      };
    }

    private Text text(ScalarEvent event) {
      int from = event.getStartMark().map(mark -> mark.getIndex()).orElse(0);
      int to = event.getEndMark().map(mark -> mark.getIndex()).orElse(from);
      int last = characterAt.length - 1;
      return new Text(
          event.getValue(), characterAt[Math.min(from, last)], characterAt[Math.min(to, last)]);
    }
  }
}
