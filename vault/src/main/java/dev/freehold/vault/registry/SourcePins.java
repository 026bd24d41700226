package dev.freehold.vault.registry;

import dev.freehold.hub.EditDistance;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a store remembers of the places that it has fetched from: who owned a repository and what
/// it held when it was first seen, so that another owner under the same name is noticed, and a name
/// that only looks like one that is known.
///
/// Kept in `freehold/sources.json` of the store, written whole and synced, one process at a time.
public final class SourcePins {
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_SOURCES = 20_000;
  private static final long LOCK = 16;
  private static final int ALIKE = 2;

  private final Vault vault;
  private final Path file;

  /// What is known of a source.
  ///
  /// @param owner an id that a hub gives the repository, which another of the same name has not
  private record Pin(String owner, String firstDigest, String firstSeen, String lastDigest) {}

  public SourcePins(Vault vault) {
    this.vault = vault;
    this.file = vault.root().resolve("freehold").resolve("sources.json");
  }

  /// What a person should know before something is used that comes from there.
  List<String> warnings(RegistryReference reference, Optional<String> owner) {
    return warnings(reference.source(), owner);
  }

  /// What a person should know before something is used that comes from there.
  ///
  /// @param source of the form `SCHEME://HOST/REPOSITORY`
  /// @param owner the id of the repository, where the hub gives one
  public List<String> warnings(String source, Optional<String> owner) {
    Map<String, Pin> pins = read();
    Pin known = pins.get(source);
    List<String> warnings = new ArrayList<>();
    if (known == null) {
      pins.keySet().stream()
          .filter(other -> isAlike(source, other))
          .findFirst()
          .ifPresent(other ->
              warnings.add(
                  "%s is new here and looks like %s, which is known; check the name"
                      .formatted(source, other)));
    } else if (owner.isPresent()
        && !known.owner().isEmpty()
        && !owner.get().equals(known.owner())) {
      warnings.add(
          "%s is another repository than the one first seen on %s (id %s, then %s): it was deleted"
                  .formatted(source, known.firstSeen(), owner.get(), known.owner())
              + " and made anew, maybe by somebody else");
    }
    return warnings;
  }

  void remember(RegistryReference reference, Digest digest, Optional<String> owner, Instant now) {
    remember(reference.source(), digest, owner, now);
  }

  /// Remembers what a source held. What was first seen of it stays.
  public void remember(String source, Digest digest, Optional<String> owner, Instant now) {
    Path folder = vault.root().resolve("freehold");
    try (Disk.Hold hold = vault.disk().lock(folder.resolve("lock"), LOCK, false)) {
      Map<String, Pin> pins = read();
      Pin known = pins.get(source);
      if (known == null && pins.size() >= MAX_SOURCES) {
        throw new VaultException("more than %d sources are not remembered".formatted(MAX_SOURCES));
      }
      pins.put(
          source,
          known == null
              ? new Pin(owner.orElse(""), digest.hex(), now.toString(), digest.hex())
              : new Pin(
                  known.owner().isEmpty() ? owner.orElse("") : known.owner(),
                  known.firstDigest(),
                  known.firstSeen(),
                  digest.hex()));
      write(folder, toBytes(pins));
    } catch (IOException failure) {
      throw new VaultException(
          Reason.DISK, "%s cannot be written: %s".formatted(file, failure), failure);
    }
  }

  private void write(Path folder, byte[] bytes) throws IOException {
    Disk disk = vault.disk();
    Path part = folder.resolve("sources.json.part");
    if (disk.facts(part).isPresent()) {
      disk.delete(part);
    }
    try (Disk.OpenFile out = disk.create(part)) {
      out.write(ByteBuffer.wrap(bytes));
      out.sync();
    }
    disk.replace(part, file);
    disk.syncFolder(folder);
  }

  private static byte[] toBytes(Map<String, Pin> pins) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    pins.forEach((source, pin) ->
        root.putObject(source)
            .put("owner", pin.owner())
            .put("firstDigest", pin.firstDigest())
            .put("firstSeen", pin.firstSeen())
            .put("lastDigest", pin.lastDigest()));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, Pin> read() {
    Map<String, Pin> pins = new TreeMap<>();
    byte[] bytes;
    try {
      Optional<Disk.Facts> facts = vault.disk().facts(file);
      if (facts.isEmpty()) {
        return pins;
      }
      if (!facts.get().isFile() || facts.get().size() > MAX_BYTES) {
        throw damaged("it is no file of at most %d bytes".formatted(MAX_BYTES), null);
      }
      try (Disk.OpenFile open = vault.disk().open(file)) {
        ByteBuffer all = ByteBuffer.allocate((int) Math.min(MAX_BYTES, open.size()));
        while (all.hasRemaining() && open.read(all, all.position()) >= 0) {}
        bytes = java.util.Arrays.copyOf(all.array(), all.position());
      }
      JsonNode root = StrictJson.parse(bytes, file.toString());
      root.forEachEntry((source, pin) -> pins.put(source, pin(pin)));
    } catch (IOException | TensorException failure) {
      throw damaged(String.valueOf(failure.getMessage()), failure);
    }
    return pins;
  }

  private Pin pin(JsonNode node) {
    for (String field : List.of("owner", "firstDigest", "firstSeen", "lastDigest")) {
      if (!node.path(field).isString()) {
        throw damaged(field + " is missing", null);
      }
    }
    return new Pin(
        node.path("owner").stringValue(),
        node.path("firstDigest").stringValue(),
        node.path("firstSeen").stringValue(),
        node.path("lastDigest").stringValue());
  }

  private VaultException damaged(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    String message =
        "%s is damaged: %s; remove it to begin anew, it only serves warnings".formatted(file, why);
    return cause == null
        ? new VaultException(Reason.DAMAGED, message)
        : new VaultException(Reason.DAMAGED, message, cause);
  }

  /// Whether two names differ by so little that one may be taken for the other.
  private static boolean isAlike(String a, String b) {
    if (Math.abs(a.length() - b.length()) > ALIKE || a.length() > 600) {
      return false;
    }
    String x = plain(a);
    String y = plain(b);
    return x.equals(y) || EditDistance.of(x, y) <= 1;
  }

  /// Without what eyes do not tell apart.
  private static String plain(String name) {
    return name.toLowerCase(java.util.Locale.ROOT)
        .replace('0', 'o')
        .replace('1', 'l')
        .replace('i', 'l')
        .replace("rn", "m")
        .replaceAll("[-_.]", "");
  }
}
