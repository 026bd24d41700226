package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.SourceFile;
import dev.freehold.vault.store.Vault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The models that a model says it was made from, and which of them are in the vault.
///
/// @param bases by name, with where that is stated and how it was made from it, where that is said
record Lineage(Map<String, Stated> bases) {
  /// The file of a kept model that holds it.
  static final String PATH = ".freehold/lineage.json";

  private static final int MAX_CARD_BYTES = 1 << 20;
  private static final int MAX_BASES = 32;
  private static final int MAX_NAME = 300;

  /// A statement about a base.
  record Stated(String in, String relation) {}

  /// Reads what the card and the weights' own metadata say; what they do not say is not known.
  static Lineage of(FoundModel found, List<SourceFile> files) {
    Map<String, Stated> bases = new LinkedHashMap<>();
    for (SourceFile file : files) {
      if (file.role() == Role.CARD) {
        ofCard(file, bases);
      }
    }
    if (found.format() == FoundModel.Format.GGUF) {
      try (TensorStore store = Gguf.open(found.path())) {
        ofMetadata(store.metadata(), bases);
      } catch (TensorException notReadable) {
        return new Lineage(bases);
      }
    }
    return new Lineage(bases);
  }

  private static void add(Map<String, Stated> bases, @Nullable Object name, Stated stated) {
    if (name instanceof String text
        && !text.isBlank()
        && text.length() <= MAX_NAME
        && bases.size() < MAX_BASES) {
      String plain = text.strip().replaceFirst("^https://huggingface\\.co/", "");
      bases.putIfAbsent(plain, stated);
    }
  }

  private static void ofCard(SourceFile card, Map<String, Stated> bases) {
    String text;
    try (InputStream in = Files.newInputStream(card.file())) {
      text = new String(in.readNBytes(MAX_CARD_BYTES), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return; // told where the file is kept
    }
    int end = text.indexOf("\n---", 3);
    if (!text.startsWith("---") || end < 0) {
      return;
    }
    LoadSettings settings =
        LoadSettings.builder().setMaxAliasesForCollections(0).setCodePointLimit(1 << 20).build();
    try {
      if (new Load(settings).loadFromString(text.substring(3, end)) instanceof Map<?, ?> front) {
        Object relation = front.get("base_model_relation");
        Stated stated = new Stated(card.path(), relation instanceof String how ? how : "");
        if (front.get("base_model") instanceof List<?> several) {
          several.forEach(name -> add(bases, name, stated));
        } else {
          add(bases, front.get("base_model"), stated);
        }
      }
    } catch (YamlEngineException notYaml) {
      return; // a card that says nothing that can be read says nothing
    }
  }

  private static void ofMetadata(Metadata metadata, Map<String, Stated> bases) {
    for (int i = 0; i < MAX_BASES; i++) {
      String key = "general.base_model." + i;
      Object address = metadata.asMap().get(key + ".repo_url");
      Object name = address != null ? address : metadata.asMap().get(key + ".name");
      add(bases, name, new Stated(key, ""));
    }
  }

  boolean isEmpty() {
    return bases.isEmpty();
  }

  byte[] toBytes(Vault vault) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonPrinter printer = new JsonPrinter(out)) {
      printer.object(() -> {
        printer.field("lineage", 1);
        printer.array(
            "bases",
            bases.entrySet(),
            base ->
                printer.object(() -> {
                  printer.field("name", base.getKey());
                  printer.field("statedIn", base.getValue().in());
                  printer.field("relation", base.getValue().relation());
                  printer.field("kept", kept(vault, base.getKey()).orElse(""));
                }));
      });
    }
    return out.toByteArray();
  }

  private static Optional<String> kept(Vault vault, String name) {
    List<String> digests = new ArrayList<>();
    for (Entry entry : vault.models()) {
      if (entry.name().map(n -> n.name().equalsIgnoreCase(name)).orElse(false)) {
        digests.add(entry.digest().toString());
      }
    }
    return digests.isEmpty() ? Optional.empty() : Optional.of(digests.getLast());
  }
}
