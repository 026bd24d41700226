package dev.freehold.agent.workflow;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads a YAML text into values that know their lines: one document, no references, no tags, no
/// key twice, at most so deep.
final class YamlText {
  static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH = 40;
  private static final int MAX_DIGITS = 64;

  private final String name;
  private final Iterator<Event> events;
  private final ScalarResolver resolver;

  private YamlText(String name, Iterator<Event> events, ScalarResolver resolver) {
    this.name = name;
    this.events = events;
    this.resolver = resolver;
  }

  /// @param name of the text in errors
  /// @throws WorkflowException that names the line where something is wrong
  static Yaml read(String text, String name) {
    if (text.length() > MAX_CHARACTERS) {
      throw new WorkflowException(
          "%s: expected at most %,d characters, found %,d"
              .formatted(name, MAX_CHARACTERS, text.length()));
    }
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setCodePointLimit(MAX_CHARACTERS).build();
    try {
      Iterator<Event> events = new ParserImpl(settings, new StreamReader(settings, text));
      return new YamlText(name, events, settings.getSchema().getScalarResolver()).document();
    } catch (YamlEngineException failure) {
      throw new WorkflowException("%s: no YAML: %s".formatted(name, problem(failure)), failure);
    }
  }

  private static String problem(YamlEngineException failure) {
    return failure instanceof MarkedYamlEngineException marked
        ? marked.getProblem()
            + marked.getProblemMark().map(mark -> ", in line " + (mark.getLine() + 1)).orElse("")
        : String.valueOf(failure.getMessage());
  }

  private Yaml document() {
    Event event = events.next();
    while (!(event instanceof DocumentStartEvent)) {
      if (event instanceof StreamEndEvent) {
        throw new WorkflowException(name + ": is empty; expected a mapping");
      }
      event = events.next();
    }
    Yaml value = value(events.next(), 0);
    events.next();
    if (!(events.next() instanceof StreamEndEvent)) {
      throw new WorkflowException(name + ": holds several documents; expected one");
    }
    return value;
  }

  private Yaml value(Event event, int depth) {
    int line = line(event);
    if (event instanceof AliasEvent
        || event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw wrong(line, "references (& and *) are not read here; write the value out");
    }
    if (depth > MAX_DEPTH) {
      throw wrong(line, "is nested deeper than %d".formatted(MAX_DEPTH));
    }
    return switch (event) {
      case MappingStartEvent start -> {
        requireNoTag(start.getTag().isPresent(), line);
        yield mapping(line, depth);
      }
      case SequenceStartEvent start -> {
        requireNoTag(start.getTag().isPresent(), line);
        yield sequence(line, depth);
      }
      case ScalarEvent scalar -> {
        requireNoTag(scalar.getTag().isPresent(), line);
        yield new Yaml.Scalar(line, scalar(scalar, line));
      }
      default -> throw wrong(line, "expected a value");
    };
  }

  private void requireNoTag(boolean hasTag, int line) {
    if (hasTag) {
      throw wrong(line, "tags (!) are not read here");
    }
  }

  private Yaml mapping(int line, int depth) {
    Map<String, Yaml> entries = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      int keyLine = line(event);
      if (!(event instanceof ScalarEvent key) || key.getAnchor().isPresent()) {
        throw wrong(keyLine, "expected a plain key");
      }
      Yaml value = value(events.next(), depth + 1);
      if (entries.put(key.getValue(), value) != null) {
        throw wrong(keyLine, "\"%s\" stands there twice".formatted(Shown.text(key.getValue())));
      }
      lines.put(key.getValue(), keyLine);
    }
    return new Yaml.Mapping(line, entries, lines);
  }

  private Yaml sequence(int line, int depth) {
    List<Yaml> items = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      items.add(value(event, depth + 1));
    }
    return new Yaml.Sequence(line, items);
  }

  private JsonNode scalar(ScalarEvent scalar, int line) {
    String text = scalar.getValue();
    if (!scalar.isPlain()) {
      return JsonNodeFactory.instance.stringNode(text);
    }
    Tag tag = resolver.resolve(text, true);
    boolean isNumber = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
    if (isNumber && text.length() > MAX_DIGITS) {
      throw wrong(line, "a number of %d characters".formatted(text.length()));
    }
    if (tag.equals(Tag.NULL)) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return JsonNodeFactory.instance.booleanNode(text.equals("true"));
    }
    return isNumber ? number(text, line) : JsonNodeFactory.instance.stringNode(text);
  }

  private JsonNode number(String text, int line) {
    try {
      if (text.matches("-?\\d+")) {
        BigInteger value = new BigInteger(text);
        return value.bitLength() < Long.SIZE
            ? JsonNodeFactory.instance.numberNode(value.longValue())
            : JsonNodeFactory.instance.numberNode(value);
      }
      return JsonNodeFactory.instance.numberNode(new BigDecimal(text).doubleValue());
    } catch (NumberFormatException noNumber) { // .inf, .nan
      throw wrong(line, "\"%s\" is no number that JSON has".formatted(Shown.text(text)));
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private WorkflowException wrong(int line, String what) {
    return new WorkflowException("%s, line %d: %s".formatted(name, line, what));
  }
}
