package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.desk.demo.ExampleFiles;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A folder in which a desk works: its settings, its workflow, its pages, and what comes and goes.
///
/// @param settings of `desk.json`
record DeskFolder(Path folder, JsonNode settings) {
  static final String SETTINGS = "desk.json";

  private static final Set<String> KEYS =
      Set.of("model", "gateway", "at-once", "imap", "smtp", "post", "webhook");
  private static final Set<String> IMAP_KEYS =
      Set.of("host", "port", "encrypted", "user", "password-from", "folder");
  private static final Set<String> SMTP_KEYS =
      Set.of("host", "port", "encrypted", "user", "password-from", "sender");
  private static final Set<String> POST_KEYS = Set.of("url", "token-from", "knows-keys");
  private static final Set<String> WEBHOOK_KEYS = Set.of("port", "token-from");

  /// Makes a folder with an example that can be changed.
  ///
  /// @param model as the settings name it; empty for the usual one
  static DeskFolder make(Path folder, String model) {
    Path settings = folder.resolve(SETTINGS);
    if (Files.exists(settings, LinkOption.NOFOLLOW_LINKS)) {
      throw new CliException(
          Exit.FAILURE, "%s: there is a desk already".formatted(folder), "Name another folder.");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model).put("at-once", 4);
    try {
      ExampleFiles.write(Files.createDirectories(folder), folder.resolve("pages"));
      Files.createDirectories(folder.resolve("inbox"));
      Files.writeString(settings, json.toPrettyString() + "\n");
    } catch (IOException failure) {
      throw new CliException("%s: cannot be made: %s".formatted(folder, failure), failure);
    }
    return open(folder);
  }

  /// @throws CliException where it is no desk
  static DeskFolder open(Path folder) {
    Path settings = folder.resolve(SETTINGS);
    if (!Files.isRegularFile(settings)) {
      throw new CliException(
          Exit.FAILURE,
          "%s: there is no desk".formatted(folder),
          "\"freehold desk init %s\" makes one.".formatted(folder));
    }
    try {
      JsonNode json = StrictJson.parse(settings);
      DeskFolder desk = new DeskFolder(folder, json);
      desk.requireOnly(json, KEYS, "");
      desk.requireOnly(json.path("imap"), IMAP_KEYS, "imap.");
      desk.requireOnly(json.path("smtp"), SMTP_KEYS, "smtp.");
      desk.requireOnly(json.path("post"), POST_KEYS, "post.");
      desk.requireOnly(json.path("webhook"), WEBHOOK_KEYS, "webhook.");
      return desk;
    } catch (TensorException wrong) {
      throw new CliException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private void requireOnly(JsonNode json, Set<String> known, String prefix) {
    if (!json.isMissingNode() && !json.isObject()) {
      throw wrong(prefix, "expected an object");
    }
    for (String key : json.propertyNames()) {
      if (!known.contains(key)) {
        throw wrong(prefix + key, "is not known; there are: " + String.join(", ", known));
      }
    }
  }

  CliException wrong(String key, String what) {
    return new CliException(
        Exit.USAGE,
        "%s: %s: %s".formatted(folder.resolve(SETTINGS), Failure.printable(key), what),
        "docs/desk.md tells all settings.");
  }

  /// A setting that is a string; empty where it is not there.
  String string(String section, String key) {
    JsonNode value = at(section, key);
    if (value.isMissingNode()) {
      return "";
    }
    if (!value.isString()) {
      throw wrong(name(section, key), "expected a string");
    }
    return value.stringValue();
  }

  String required(String section, String key) {
    String value = string(section, key);
    if (value.isEmpty()) {
      throw wrong(name(section, key), "is missing");
    }
    return value;
  }

  int number(String section, String key, int most, int absent) {
    JsonNode value = at(section, key);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > most) {
      throw wrong(name(section, key), "expected a number from 1 to " + most);
    }
    return value.intValue();
  }

  boolean flag(String section, String key, boolean absent) {
    JsonNode value = at(section, key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(name(section, key), "expected true or false");
    }
    return value.isMissingNode() ? absent : value.booleanValue();
  }

  /// The value of the environment variable that a setting names; empty where none is named.
  String secret(String section, String key, Surroundings surroundings) {
    String variable = string(section, key);
    if (variable.isEmpty()) {
      return "";
    }
    return Optional.ofNullable(surroundings.environment().get(variable))
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () -> wrong(name(section, key), "the variable %s is not set".formatted(variable)));
  }

  boolean has(String section) {
    return settings.has(section);
  }

  private JsonNode at(String section, String key) {
    return section.isEmpty() ? settings.path(key) : settings.path(section).path(key);
  }

  private static String name(String section, String key) {
    return section.isEmpty() ? key : section + "." + key;
  }

  Path inbox() {
    return folder.resolve("inbox");
  }

  Path outbox() {
    return folder.resolve("outbox");
  }

  Path pages() {
    return folder.resolve("pages");
  }

  Path cases() {
    return folder.resolve("cases.jsonl");
  }

  Path workflow() {
    return folder.resolve("workflow.yaml");
  }

  Journal journal(Surroundings surroundings) {
    LedgerPlaces.useSqlite(surroundings);
    return Journal.open(
        folder.resolve("state/journal.sqlite"), surroundings.clock(), new SecureRandom());
  }

  Path index() {
    return folder.resolve("state/index");
  }
}
