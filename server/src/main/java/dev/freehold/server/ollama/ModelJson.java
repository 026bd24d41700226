package dev.freehold.server.ollama;

import dev.freehold.chat.ServedModel;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Models as `/api/tags`, `/api/ps` and `/api/show` describe them.
final class ModelJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// What stands for never: the last second that clients in all languages can read.
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

  private static final String TEMPLATE = "tokenizer.chat_template";

  private ModelJson() {}

  /// The name with a tag, as Ollama's names have one.
  static String tagged(String name) {
    return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
  }

  private static ObjectNode named(ServedModel model) {
    return JSON.objectNode().put("name", tagged(model.name())).put("model", tagged(model.name()));
  }

  private static String digest(ServedModel model) {
    return model.details().map(ServedModel.Details::digest).orElse("");
  }

  /// An entry of `/api/tags`.
  static ObjectNode listed(ServedModel model) {
    ObjectNode entry =
        named(model)
            .put("modified_at", model.modified().toString())
            .put("size", model.bytes())
            .put("digest", digest(model));
    entry.set("details", details(model));
    model.details().ifPresent(details -> entry.set("capabilities", capabilities(details)));
    return entry;
  }

  /// An entry of `/api/ps`.
  static ObjectNode running(ServedModel model, ServedModel.Loaded loaded) {
    ObjectNode entry = named(model).put("size", loaded.memoryBytes()).put("digest", digest(model));
    entry.set("details", details(model));
    return entry
        .put("expires_at", loaded.until().orElse(NEVER).toString())
        .put("size_vram", 0)
        .put("context_length", loaded.contextLength());
  }

  private static ObjectNode details(ServedModel model) {
    ObjectNode node = JSON.objectNode().put("parent_model", "");
    Optional<ServedModel.Details> known = model.details();
    String family = known.map(ServedModel.Details::family).orElse("");
    node.put("format", known.map(ServedModel.Details::format).orElse("")).put("family", family);
    ArrayNode families = node.putArray("families");
    known.ifPresent(details -> {
      families.add(family);
      node.put("parameter_size", details.parameters() == 0 ? "" : size(details.parameters()))
          .put("quantization_level", details.quantization())
          .put("context_length", details.contextLength())
          .put("embedding_length", details.embeddingLength());
    });
    if (known.isEmpty()) {
      node.put("parameter_size", "").put("quantization_level", "");
    }
    return node;
  }

  /// A count as people say it: `1.2B`, `361.82M`.
  static String size(long count) {
    if (count >= 1_000_000_000) {
      return String.format(Locale.ROOT, "%.1fB", count / 1e9);
    }
    if (count >= 1_000_000) {
      return String.format(Locale.ROOT, "%.2fM", count / 1e6);
    }
    return count >= 1000 ? String.format(Locale.ROOT, "%.2fK", count / 1e3) : Long.toString(count);
  }

  /// What a model can do, in the words by which editors decide what to offer.
  static ArrayNode capabilities(ServedModel.Details details) {
    ArrayNode capabilities = JSON.arrayNode();
    boolean embedsOnly =
        details.capabilities().contains(ServedModel.Capability.EMBEDDING)
            && details.chatTemplate().isEmpty();
    if (!embedsOnly) {
      capabilities.add("completion");
    }
    for (ServedModel.Capability capability : ServedModel.Capability.values()) {
      if (details.capabilities().contains(capability)) {
        capabilities.add(
            switch (capability) {
              case TOOLS -> "tools";
              case REASONING -> "thinking";
              case EMBEDDING -> "embedding";
            });
      }
    }
    return capabilities;
  }

  /// The answer of `/api/show`.
  ///
  /// @param requested the name under which the model was asked for
  static ObjectNode shown(ServedModel model, String requested) {
    ObjectNode node = JSON.objectNode();
    Optional<ServedModel.Details> known = model.details();
    String template = known.map(ServedModel.Details::chatTemplate).orElse("");
    node.put("modelfile", modelfile(model, template))
        .put("parameters", "")
        .put("template", template);
    node.set("details", details(model));
    ObjectNode info = node.putObject("model_info");
    known.ifPresent(details -> {
      putInfo(info, details);
      node.set("capabilities", capabilities(details));
      licence(details).ifPresent(licence -> node.put("license", licence));
    });
    info.put("general.basename", requested);
    return node.put("modified_at", model.modified().toString());
  }

  private static void putInfo(ObjectNode info, ServedModel.Details details) {
    if (details.metadata().isObject()) {
      for (var member : details.metadata().properties()) {
        if (!member.getKey().equals(TEMPLATE) && !member.getKey().equals("general.name")) {
          info.set(member.getKey(), member.getValue());
        }
      }
    }
    info.put("general.architecture", details.family());
    info.put("general.parameter_count", details.parameters());
    info.put(details.family() + ".context_length", details.contextLength());
    info.put(details.family() + ".embedding_length", details.embeddingLength());
  }

  private static Optional<String> licence(ServedModel.Details details) {
    JsonNode licence = details.metadata().path("general.license");
    return licence.isString() ? Optional.of(licence.stringValue()) : Optional.empty();
  }

  private static String modelfile(ServedModel model, String template) {
    String head = "# Written by Freehold\nFROM %s\n".formatted(tagged(model.name()));
    return template.isEmpty() ? head : head + "TEMPLATE \"\"\"" + template + "\"\"\"\n";
  }
}
