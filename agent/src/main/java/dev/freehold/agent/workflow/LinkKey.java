package dev.freehold.agent.workflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/// The secret by which approval links are signed: 32 bytes in a file that its owner alone may read.
public final class LinkKey {
  private static final int BYTES = 32;
  private static final Set<PosixFilePermission> OWNER =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private LinkKey() {}

  /// Reads the key, and makes one where there is no file.
  ///
  /// @throws WorkflowException where others can read it, or it is no key
  public static byte[] open(Path file, SecureRandom random) {
    try {
      create(file);
      requireOwn(file);
      try (FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS);
          FileLock _ = channel.lock()) {
        if (channel.size() == 0) {
          byte[] fresh = new byte[BYTES];
          random.nextBytes(fresh);
          channel.write(ByteBuffer.wrap(fresh), 0);
          channel.force(true);
        }
        return read(channel, file);
      }
    } catch (IOException failure) {
      throw new WorkflowException(
          "%s: the key of approval links cannot be used: %s".formatted(file, failure), failure);
    }
  }

  private static byte[] read(FileChannel channel, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    int count = channel.read(bytes, 0);
    if (count != BYTES || channel.size() != BYTES) {
      throw new WorkflowException(
          "%s: expected a key of %d bytes, found %d; move it away, and links that were sent end"
              .formatted(file, BYTES, channel.size()));
    }
    return bytes.array();
  }

  private static void create(Path file) throws IOException {
    boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        isPosix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
            : new FileAttribute<?>[0];
    try {
      Files.createFile(file, attributes);
    } catch (FileAlreadyExistsException present) {
      // as it is
    }
  }

  private static void requireOwn(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && !OWNER.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))) {
      throw new WorkflowException(
          "%s: others may use it, and whoever reads it can approve; \"chmod 600\" it, or move it"
                  .formatted(file)
              + " away, and links that were sent end");
    }
  }
}
