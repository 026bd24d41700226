package dev.freehold.audit.grade;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Subject;
import dev.freehold.audit.subject.Yaml;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What `openness.yaml` declares: where the components of a model lie, and under which licences.
///
/// A declaration tells where to look; what it names must be there to count.
///
/// @param document the file
/// @param components by component
record Declared(Document document, Map<Component, Entry> components) {
  static final String FILE = "openness.yaml";

  /// Where a component lies.
  ///
  /// @param paths files, or folders with a `/` at their end, within the model
  /// @param rebuiltBy a recipe within the model that computes it again; empty where there is none
  /// @param licence its own; empty where it has that of the whole
  record Entry(List<String> paths, Optional<String> rebuiltBy, Optional<String> licence) {}

  Declared {
    components = Map.copyOf(components);
  }

  /// Reads the declaration of a model that has one.
  ///
  /// @throws AuditException where it holds anything unknown
  static Optional<Declared> of(Subject subject) {
    return subject.document(FILE).map(Declared::read);
  }

  private static Declared read(Document document) {
    Yaml.Fields root = Yaml.parse(document.text(), document.name());
    Map<Component, Entry> components = new EnumMap<>(Component.class);
    for (Map.Entry<String, Yaml> field : root.values().entrySet()) {
      if (!(field.getValue() instanceof Yaml.Fields fields)) {
        throw new AuditException(
            "%s: %s: expected {path: ..., licence: ...}".formatted(FILE, field.getKey()));
      }
      for (String key : fields.values().keySet()) {
        if (!List.of("path", "rebuilt_by", "licence").contains(key)) {
          throw new AuditException(
              "%s: %s: unknown \"%s\"; known are path, rebuilt_by, licence"
                  .formatted(FILE, field.getKey(), key));
        }
      }
      components.put(
          component(field.getKey()),
          new Entry(
              fields.texts("path").stream().map(Yaml.Text::value).toList(),
              fields.texts("rebuilt_by").stream().map(Yaml.Text::value).findFirst(),
              fields.texts("licence").stream().map(Yaml.Text::value).findFirst()));
    }
    return new Declared(document, components);
  }

  private static Component component(String name) {
    try {
      return Component.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new AuditException("%s: no component is called \"%s\"".formatted(FILE, name), unknown);
    }
  }
}
