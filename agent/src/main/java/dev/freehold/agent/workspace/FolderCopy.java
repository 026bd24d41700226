package dev.freehold.agent.workspace;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Copies a folder as it is: links as links, never what they lead to; pipes, sockets and devices
/// not at all.
final class FolderCopy {
  private final Path from;
  private final Path to;
  private final Excluded excluded;
  private final WorkspaceLimits limits;
  private int files;
  private long bytes;
  private long unreadable;

  FolderCopy(Path from, Path to, Excluded excluded, WorkspaceLimits limits) {
    this.from = from;
    this.to = to;
    this.excluded = excluded;
    this.limits = limits;
  }

  /// How many files could not be read and are not there.
  long unreadable() {
    return unreadable;
  }

  /// @throws WorkspaceException where there is more than a workspace may hold
  void copy() throws IOException {
    Files.createDirectories(to);
    copy(from, to, "");
  }

  private void copy(Path source, Path target, String path) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(source)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        String childPath = path.isEmpty() ? name : path + "/" + name;
        if (!excluded.holds(childPath)) {
          one(child, target.resolve(name), childPath);
        }
      }
    }
  }

  private void one(Path source, Path target, String path) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(source, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    count(attributes, path);
    try {
      if (attributes.isSymbolicLink()) {
        Files.createSymbolicLink(target, Files.readSymbolicLink(source));
      } else if (attributes.isDirectory()) {
        Files.createDirectory(
            target, PosixFilePermissions.asFileAttribute(withOwner(attributes.permissions())));
        copy(source, target, path);
      } else if (attributes.isRegularFile()) {
        Files.copy(source, target, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(target, withOwner(attributes.permissions()));
        Files.setLastModifiedTime(target, attributes.lastModifiedTime());
      }
    } catch (AccessDeniedException closed) {
      unreadable++;
    }
  }

  /// The owner may read and write all in the workspace; whose file may be run stays.
  private static Set<PosixFilePermission> withOwner(Set<PosixFilePermission> permissions) {
    Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
    all.addAll(permissions);
    all.add(PosixFilePermission.OWNER_READ);
    all.add(PosixFilePermission.OWNER_WRITE);
    return all;
  }

  private void count(BasicFileAttributes attributes, String path) {
    files++;
    bytes += attributes.isRegularFile() ? attributes.size() : 0;
    if (files > limits.files() || bytes > limits.bytes()) {
      throw new WorkspaceException(
          "%s: has more than %,d files or %,d MiB (found at %s), the most that there may be;"
                  .formatted(from, limits.files(), limits.bytes() >> 20, path)
              + " leave folders out with --exclude, as --exclude node_modules");
    }
  }
}
