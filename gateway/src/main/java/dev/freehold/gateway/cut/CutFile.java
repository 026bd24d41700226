package dev.freehold.gateway.cut;

import dev.freehold.gateway.GatewayException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The files in a gateway's state folder by which it is told to cut backends off, and by which it
/// says what it did. Whoever may write in that folder may do this, and nobody else: no request and
/// no key does.
public final class CutFile {
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 64 << 10;
  private static final int MOST_BACKENDS = 1000;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_BYTES, 4, 1000, 64, 2 * MOST_BACKENDS);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final String gateway;
  private final Path wanted;
  private final Path state;

  /// What a gateway says of a cut.
  ///
  /// @param id of the rehearsal
  /// @param isInForce whether it holds; it is over otherwise
  /// @param gateway the file whose routes the gateway serves
  public record State(String id, boolean isInForce, String gateway) {}

  /// @param folder the gateway's, where its ledger lies
  /// @param routes the file whose routes it serves; a cut that another one is meant by is not
  ///   obeyed
  public CutFile(Path folder, Path routes) {
    this.gateway = routes.toAbsolutePath().normalize().toString();
    this.wanted = folder.resolve("cut.json");
    this.state = folder.resolve("cut-state.json");
  }

  /// The cut that is wanted; empty where none is.
  ///
  /// @throws GatewayException where the file cannot be trusted or understood
  public Optional<Cut> wanted() {
    Optional<JsonNode> told = read(wanted);
    if (told.isPresent() && !told.get().path("gateway").asString("").equals(gateway)) {
      tell(told.get().path("id").asString(""), false);
      return Optional.empty();
    }
    return told.map(this::cut);
  }

  /// What the gateway said last; empty where it said nothing.
  public Optional<State> state() {
    return read(state)
        .map(told ->
            new State(
                told.path("id").asString(""),
                told.path("in_force").asBoolean(false),
                told.path("gateway").asString("")));
  }

  /// Wants a cut.
  public void want(Cut cut) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("format", FORMAT);
    told.put("id", cut.id()).put("gateway", gateway);
    ArrayNode backends = told.putArray("backends");
    cut.backends().stream().sorted().forEach(backends::add);
    told.put("manner", cut.manner().key());
    told.put("renewed", cut.renewed().toString()).put("lease_ms", cut.lease().toMillis());
    told.put("ends", cut.ends().toString());
    write(wanted, told);
  }

  /// Wants no cut any more.
  public void drop() {
    delete(wanted);
  }

  /// Says what became of a cut.
  void tell(String id, boolean isInForce) {
    write(
        state,
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("in_force", isInForce)
            .put("gateway", gateway));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new GatewayException("%s: cannot be deleted: %s".formatted(file, failure), failure);
    }
  }

  private static boolean hasPermissions(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static Optional<JsonNode> read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      if (hasPermissions(file)
          && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
              .anyMatch(OTHERS::contains)) {
        throw new GatewayException("%s: others may write it, so it is not obeyed".formatted(file));
      }
      byte[] bytes;
      try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
      return Optional.of(StrictJson.parse(bytes, file.toString(), LIMITS));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException | TensorException failure) {
      throw new GatewayException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  private Cut cut(JsonNode told) {
    try {
      Set<String> backends = new HashSet<>();
      for (JsonNode backend : told.path("backends")) {
        backends.add(backend.stringValue());
      }
      if (told.path("format").asInt(0) != FORMAT || backends.isEmpty()) {
        throw new GatewayException("%s: of another version, or without backends".formatted(wanted));
      }
      String manner = told.path("manner").asString("");
      return new Cut(
          told.path("id").stringValue(),
          backends,
          Arrays.stream(Cut.Manner.values())
              .filter(one -> one.key().equals(manner))
              .findFirst()
              .orElseThrow(
                  () -> new GatewayException("%s: no manner \"%s\"".formatted(wanted, manner))),
          Instant.parse(told.path("renewed").stringValue()),
          Duration.ofMillis(told.path("lease_ms").longValue()),
          Instant.parse(told.path("ends").stringValue()));
    } catch (DateTimeException
        | IllegalArgumentException
        | tools.jackson.core.JacksonException wrong) {
      throw new GatewayException("%s: %s".formatted(wanted, wrong.getMessage()), wrong);
    }
  }

  /// In one step, so that nobody reads a half.
  private static void write(Path file, ObjectNode told) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    FileAttribute<?>[] own =
        hasPermissions(file)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.deleteIfExists(part);
      try (var channel =
          Files.newByteChannel(
              part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), own)) {
        channel.write(java.nio.ByteBuffer.wrap(told.toString().getBytes(StandardCharsets.UTF_8)));
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new GatewayException("%s: cannot be written: %s".formatted(file, failure), failure);
    }
  }
}
