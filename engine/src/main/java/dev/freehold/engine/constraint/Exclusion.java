package dev.freehold.engine.constraint;

import dev.freehold.engine.constraint.Facts.Type;
import dev.freehold.engine.constraint.PatternCompiler.Reading;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Decides whether values written for one list of facts are surely invalid under another.
///
/// A yes is certain; a no may be for want of looking closer.
final class Exclusion {
  private static final int MAX_DEPTH = 3;

  private final SchemaCompiler compiler;
  private final Meter meter;

  Exclusion(SchemaCompiler compiler) {
    this.compiler = compiler;
    this.meter = compiler.scope().meter();
  }

  boolean excludes(Facts written, Facts other) {
    return excludes(written, other, 0);
  }

  private boolean excludes(Facts written, Facts other, int depth) {
    meter.work(16);
    if (written.values().isPresent()) {
      return allRejected(written.values().get(), written, other);
    }
    Set<Type> shared = EnumSet.copyOf(written.writtenTypes());
    shared.retainAll(other.types());
    if (other.values().isPresent()) {
      return allRejected(other.values().get(), other, written);
    }
    for (Type type : shared) {
      boolean isExcluded =
          switch (type) {
            case OBJECT -> excludesObjects(written, other, depth);
            case ARRAY ->
                written.minItems() > other.maxItems() || written.maxItems() < other.minItems();
            case STRING -> excludesStrings(written, other);
            case NUMBER, INTEGER -> excludesNumbers(written, other);
            case BOOLEAN, NULL -> false;
          };
      if (!isExcluded) {
        return false;
      }
    }
    return true;
  }

  /// Whether each of the listed values is invalid under its own facts or the other ones.
  private boolean allRejected(Map<String, JsonNode> values, Facts own, Facts other) {
    for (Map.Entry<String, JsonNode> value : values.entrySet()) {
      meter.work(8);
      if (!rejects(value, own) && !rejects(value, other)) {
        return false;
      }
    }
    return true;
  }

  private boolean rejects(Map.Entry<String, JsonNode> value, Facts facts) {
    JsonNode node = value.getValue();
    Type type = JsonValue.type(node);
    if (!facts.types().contains(type)) {
      return true;
    }
    if (facts.values().isPresent() && !facts.values().get().containsKey(value.getKey())) {
      return true;
    }
    return switch (type) {
      case STRING -> rejectsText(node.stringValue(), facts);
      case NUMBER, INTEGER -> {
        BigDecimal number = node.decimalValue();
        NumberLeaf.checkDigits(number, meter);
        yield !TextLeaves.allows(number, facts);
      }
      case OBJECT, ARRAY, BOOLEAN, NULL -> false;
    };
  }

  private boolean rejectsText(String text, Facts facts) {
    int length = text.codePointCount(0, text.length());
    if (length < facts.minLength() || length > facts.maxLength()) {
      return true;
    }
    for (Located pattern : facts.patterns()) {
      if (!compiler.texts().finds(pattern, text, Reading.WIDE)) {
        return true;
      }
    }
    return false;
  }

  private boolean excludesStrings(Facts written, Facts other) {
    if (written.minLength() > other.maxLength() || written.maxLength() < other.minLength()) {
      return true;
    }
    if (written.patterns().isEmpty() && written.formats().isEmpty()) {
      return false;
    }
    Optional<? extends Leaf> texts = compiler.texts().strings(written);
    for (Located pattern : other.patterns()) {
      Optional<Dfa> found = compiler.texts().names(pattern, Reading.WIDE);
      boolean shares =
          texts.isPresent()
              && found.isPresent()
              && Leaves.both(texts.get(), found.get(), compiler.scope()).isPresent();
      if (!shares) {
        return true;
      }
    }
    return texts.isEmpty();
  }

  private static boolean excludesNumbers(Facts written, Facts other) {
    return isBelow(written.high(), other.low()) || isBelow(other.high(), written.low());
  }

  private static boolean isBelow(Optional<NumberLeaf.Limit> high, Optional<NumberLeaf.Limit> low) {
    if (high.isEmpty() || low.isEmpty()) {
      return false;
    }
    int order = high.get().value().compareTo(low.get().value());
    return order < 0 || (order == 0 && (high.get().isExclusive() || low.get().isExclusive()));
  }

  private boolean excludesObjects(Facts written, Facts other, int depth) {
    MemberShapes mine = new MemberShapes(compiler, written);
    MemberShapes theirs = new MemberShapes(compiler, other);
    Set<String> names = mine.names();
    boolean isClosed = !mine.isOpen() && !hasPatterns(written);
    for (String name : other.required()) {
      if (isClosed && !names.contains(name)) {
        return true;
      }
    }
    Set<String> required = new LinkedHashSet<>(written.required());
    required.addAll(other.required());
    for (String name : required) {
      meter.work(8);
      if (excludes(mine.schemas(name), theirs.schemas(name), depth + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasPatterns(Facts facts) {
    return facts.parts().stream().anyMatch(part -> part.has("patternProperties"));
  }

  /// Whether whatever is written for some schemas is invalid under others.
  private boolean excludes(List<Located> written, List<Located> other, int depth) {
    if (depth > MAX_DEPTH || other.isEmpty()) {
      return false;
    }
    List<Facts> theirs = compiler.facts(other);
    for (Facts mine : compiler.facts(written)) {
      for (Facts one : theirs) {
        if (!excludes(mine, one, depth)) {
          return false;
        }
      }
    }
    return true;
  }
}
