package dev.freehold.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Supplier;

/// The keys of a file, read again when it changes, so that a key that is added or revoked counts
/// within a second. While a changed file cannot be read, the keys from before stay.
public final class KeyFile implements Supplier<KeyRing> {
  private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());
  private static final long LOOK_NANOS = 500_000_000;

  private final Path file;
  private KeyRing ring;
  private Optional<String> stamp;
  private long lookedNanos;

  /// @throws ServerException where the file is not as it must be
  public KeyFile(Path file) {
    this.file = file;
    this.stamp = stamp();
    this.ring = KeyRing.read(file);
    this.lookedNanos = System.nanoTime();
  }

  @Override
  public synchronized KeyRing get() {
    long now = System.nanoTime();
    if (now - lookedNanos > LOOK_NANOS) {
      lookedNanos = now;
      Optional<String> found = stamp();
      if (!found.equals(stamp)) {
        stamp = found;
        try {
          ring = KeyRing.read(file);
        } catch (ServerException invalid) {
          LOG.log(System.Logger.Level.ERROR, "the keys stay as they were: " + invalid.getMessage());
        }
      }
    }
    return ring;
  }

  private Optional<String> stamp() {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          "%s %d %s".formatted(found.lastModifiedTime(), found.size(), found.fileKey()));
    } catch (IOException missing) {
      return Optional.empty();
    }
  }
}
