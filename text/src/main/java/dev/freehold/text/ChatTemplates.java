package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The chat templates of a model by name, as sources; most models have one, called `default`.
public record ChatTemplates(Map<String, String> sources) {
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";
  private static final String GGUF_KEY = "tokenizer.chat_template";
  private static final long MAX_BYTES = 4L << 20;

  public ChatTemplates {
    sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
  }

  /// The templates in the metadata of a GGUF file: `tokenizer.chat_template`, and others by name as
  /// `tokenizer.chat_template.NAME`.
  public static ChatTemplates fromGguf(Metadata metadata) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String key : metadata.asMap().keySet()) {
      if (key.equals(GGUF_KEY)) {
        sources.put(DEFAULT, metadata.string(key));
      } else if (key.startsWith(GGUF_KEY + ".")) {
        sources.put(key.substring(GGUF_KEY.length() + 1), metadata.string(key));
      }
    }
    return new ChatTemplates(sources);
  }

  /// The templates of a Hugging Face folder: `chat_template` in `tokenizer_config.json` (a string,
  /// or a list of names and templates), then `chat_template.json`, then `chat_template.jinja` and
  /// `additional_chat_templates/NAME.jinja`; what comes later wins.
  public static ChatTemplates fromFolder(Path folder) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String name : List.of("tokenizer_config.json", "chat_template.json")) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        add(StrictJson.parse(file).path("chat_template"), file, sources);
      }
    }
    Path single = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(single)) {
      sources.put(DEFAULT, readSource(single));
    }
    for (Path file : jinjaFiles(folder.resolve("additional_chat_templates"))) {
      String name = file.getFileName().toString();
      sources.put(name.substring(0, name.length() - ".jinja".length()), readSource(file));
    }
    return new ChatTemplates(sources);
  }

  private static void add(JsonNode node, Path file, Map<String, String> sources) {
    if (node.isString()) {
      sources.put(DEFAULT, node.stringValue());
    } else if (node.isArray()) {
      for (JsonNode entry : node) {
        if (!entry.path("name").isString() || !entry.path("template").isString()) {
          throw new TextException(
              file + ": chat_template: every entry of the list needs a 'name' and a 'template'");
        }
        sources.put(entry.get("name").stringValue(), entry.get("template").stringValue());
      }
    } else if (!node.isMissingNode() && !node.isNull()) {
      throw new TextException(
          "%s: chat_template: expected a string or a list, found %s"
              .formatted(file, node.getNodeType()));
    }
  }

  private static List<Path> jinjaFiles(Path folder) {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.jinja")) {
        entries.forEach(files::add);
      } catch (IOException e) {
        throw new TextException(folder + ": cannot be listed: " + e.getMessage(), e);
      }
    }
    Collections.sort(files);
    return files;
  }

  /// The source in a `.jinja` file.
  public static String readSource(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new TextException(
            "%s: the template has %d bytes; the most that is read is %d"
                .formatted(file, size, MAX_BYTES));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new TextException(file + ": the template is not UTF-8", e);
    } catch (IOException e) {
      throw new TextException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// The template for a conversation: `tool_use` if there is one and tools are given, else the
  /// default.
  public Optional<ChatTemplate> find(boolean withTools) {
    return (withTools ? named(TOOL_USE) : Optional.<ChatTemplate>empty()).or(() -> named(DEFAULT));
  }

  public Optional<ChatTemplate> named(String name) {
    return Optional.ofNullable(sources.get(name)).map(ChatTemplate::parse);
  }
}
