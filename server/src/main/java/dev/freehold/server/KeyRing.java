package dev.freehold.server;

import dev.freehold.chat.Caller;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The keys that a server knows, one for each person or program; only their digests are kept.
///
/// A key is `fh-` and 256 random bits, so a plain SHA-256 cannot be guessed back.
public record KeyRing(List<Key> keys) {
  public static final KeyRing EMPTY = new KeyRing(List.of());

  private static final int MAX_KEYS = 100_000;
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(64 << 20);

  /// A key as it is kept.
  ///
  /// @param name of who holds it
  /// @param sha256 of the key, in hexadecimal digits
  /// @param requestsPerMinute at most; 0 for any number
  /// @param tokensPerMinute of prompts and answers, at most; 0 for any number
  public record Key(
      String name,
      Access access,
      String sha256,
      Instant created,
      int requestsPerMinute,
      int tokensPerMinute,
      Caller.Priority priority) {
    public Key {
      if (!name.matches("[A-Za-z0-9._@-]{1,64}")) {
        throw new ServerException(
            Problem.Kind.INVALID_REQUEST,
            "a key's name: expected 1 to 64 letters, digits and ._@- , found \"%s\""
                .formatted(name.length() > 80 ? name.substring(0, 80) + "..." : name));
      }
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw new ServerException(
            Problem.Kind.INVALID_REQUEST, "the key of %s: no SHA-256".formatted(name));
      }
    }
  }

  public KeyRing {
    keys = List.copyOf(keys);
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  public KeyRing with(Key key) {
    if (keys.stream().anyMatch(other -> other.name().equals(key.name()))) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST,
          "%s has a key already; revoke it first, or use another name".formatted(key.name()));
    }
    List<Key> more = new ArrayList<>(keys);
    more.add(key);
    return new KeyRing(more);
  }

  public KeyRing without(String name) {
    List<Key> fewer = keys.stream().filter(key -> !key.name().equals(name)).toList();
    if (fewer.size() == keys.size()) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST, "there is no key of \"%s\"".formatted(name));
    }
    return new KeyRing(fewer);
  }

  /// A new key, to be shown once.
  public static String generate(SecureRandom random) {
    byte[] bits = new byte[32];
    random.nextBytes(bits);
    return "fh-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /// What is kept of a key.
  public static String digest(String key) {
    return HexFormat.of().formatHex(sha256(key));
  }

  private static byte[] sha256(String key) {
    return Sha256.bytes(key.getBytes(StandardCharsets.UTF_8));
  }

  /// The entry of a key. All entries are compared, each in a time that does not tell how much of it
  /// fits.
  Optional<Key> find(String presented) {
    byte[] digest = sha256(presented);
    Optional<Key> found = Optional.empty();
    for (Key key : keys) {
      if (MessageDigest.isEqual(digest, HexFormat.of().parseHex(key.sha256()))) {
        found = Optional.of(key);
      }
    }
    return found;
  }

  /// Reads a file of keys; there are none where there is no file.
  ///
  /// @throws ServerException where it is not as it must be
  public static KeyRing read(Path file) {
    if (!Files.exists(file)) {
      return EMPTY;
    }
    try {
      Fields root = Fields.of(StrictJson.parse(file, LIMITS), "");
      List<Key> keys = new ArrayList<>();
      for (Fields key : root.objects("keys", MAX_KEYS)) {
        keys.add(
            new Key(
                key.requiredString("name"),
                Access.valueOf(
                    key.oneOf("role", List.of("use", "manage"))
                        .orElse("use")
                        .toUpperCase(Locale.ROOT)),
                key.requiredString("sha256"),
                Instant.parse(key.requiredString("created")),
                key.integer("requests_per_minute", 0, Integer.MAX_VALUE, 0),
                key.integer("tokens_per_minute", 0, Integer.MAX_VALUE, 0),
                Caller.Priority.valueOf(
                    key.oneOf("priority", List.of("interactive", "normal", "batch"))
                        .orElse("normal")
                        .toUpperCase(Locale.ROOT))));
      }
      return new KeyRing(keys);
    } catch (TensorException
        | dev.freehold.chat.ChatException
        | ServerException
        | DateTimeException invalid) {
      throw new ServerException(
          "%s: %s".formatted(file, String.valueOf(invalid.getMessage())), invalid);
    }
  }

  /// Writes the file of keys, readable by its owner only; whoever reads it meanwhile sees the old
  /// one or the new one.
  public void write(Path file) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode all = root.putArray("keys");
    for (Key key : keys) {
      ObjectNode one = all.addObject().put("name", key.name());
      one.put("role", key.access().name().toLowerCase(Locale.ROOT));
      one.put("sha256", key.sha256());
      one.put("created", key.created().toString());
      one.put("requests_per_minute", key.requestsPerMinute());
      one.put("tokens_per_minute", key.tokensPerMinute());
      one.put("priority", key.priority().name().toLowerCase(Locale.ROOT));
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "keys", ".part");
      if (part.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
      }
      Files.writeString(part, root.toPrettyString() + "\n");
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new ServerException(
          "%s: cannot be written: %s".formatted(file, failure.getMessage()), failure);
    }
  }
}
