package dev.freehold.engine.constraint;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Resolves references inside one schema document; nothing outside it is ever read.
final class SchemaReferences {
  private final JsonNode root;
  private final Meter meter;
  private Optional<Map<String, String>> anchors = Optional.empty();

  SchemaReferences(JsonNode root, Meter meter) {
    this.root = root;
    this.meter = meter;
  }

  /// The schema that a `$ref` names.
  Located resolve(Located schema) {
    Located reference = schema.at("$ref");
    if (!reference.node().isString()) {
      throw meter.refusal(reference.pointer(), "expected a text");
    }
    String text = reference.node().stringValue();
    String fragment = fragment(text, reference);
    if (fragment.isEmpty()) {
      return new Located(root, "");
    }
    if (fragment.startsWith("/")) {
      return at(decoded(fragment, reference), reference);
    }
    String pointer = anchors().get(fragment);
    if (pointer == null) {
      throw missing(text, reference);
    }
    return at(pointer, reference);
  }

  private RuntimeException missing(String text, Located reference) {
    return meter.refusal(
        reference.pointer(), "nothing in the schema is called \"%s\"".formatted(Meter.shown(text)));
  }

  private String fragment(String text, Located reference) {
    int hash = text.indexOf('#');
    String document = hash < 0 ? text : text.substring(0, hash);
    String own = root.path("$id").isString() ? root.path("$id").stringValue() : "";
    if (!document.isEmpty() && !document.equals(own.replaceAll("#$", ""))) {
      throw meter.refusal(
          reference.pointer(),
          "\"%s\" is another document; schemas are not fetched, put it under $defs"
              .formatted(Meter.shown(text)));
    }
    return hash < 0 ? "" : text.substring(hash + 1);
  }

  private String decoded(String fragment, Located reference) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw missing(fragment, reference);
    }
  }

  private Located at(String pointer, Located reference) {
    Located at = new Located(root, "");
    for (String part : pointer.substring(1).split("/", -1)) {
      meter.work(1);
      String name = part.replace("~1", "/").replace("~0", "~");
      if (at.node().isArray() && name.matches("0|[1-9][0-9]{0,8}")) {
        at = at.at(Integer.parseInt(name));
      } else {
        at = at.at(name);
      }
      if (at.node().isMissingNode()) {
        throw missing(pointer, reference);
      }
    }
    return at;
  }

  /// Names given by `$anchor`, wherever they stand.
  private Map<String, String> anchors() {
    if (anchors.isPresent()) {
      return anchors.get();
    }
    Map<String, String> found = new HashMap<>();
    Deque<Located> queue = new ArrayDeque<>();
    queue.add(new Located(root, ""));
    while (!queue.isEmpty()) {
      Located at = queue.remove();
      meter.work(1);
      if (at.node().isArray()) {
        for (int i = 0; i < at.node().size(); i++) {
          queue.add(at.at(i));
        }
      } else if (at.node().isObject()) {
        if (at.node().path("$anchor").isString()) {
          found.putIfAbsent(at.node().path("$anchor").stringValue(), at.pointer());
        }
        for (String name : at.node().propertyNames()) {
          queue.add(at.at(name));
        }
      }
    }
    anchors = Optional.of(found);
    return found;
  }
}
