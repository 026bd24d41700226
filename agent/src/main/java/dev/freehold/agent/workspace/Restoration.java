package dev.freehold.agent.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Makes a folder hold what a snapshot holds; what does so already is left alone.
final class Restoration {
  private final ObjectStore store;

  Restoration(ObjectStore store) {
    this.store = store;
  }

  /// @param now what the folder holds
  /// @param wanted what it is to hold
  void restore(Path folder, Node now, Node wanted) throws IOException {
    SortedMap<String, Node> there = new TreeMap<>(now.children());
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        Node goal = wanted.children().get(name);
        Node is = there.get(name);
        if (goal == null || is == null || goal.kind() != is.kind()) {
          delete(child);
          there.remove(name);
        }
      }
    }
    for (Map.Entry<String, Node> child : wanted.children().entrySet()) {
      Node is = there.get(child.getKey());
      Path place = folder.resolve(child.getKey());
      Node goal = child.getValue();
      if (goal.kind() == Node.Kind.FOLDER) {
        if (is == null) {
          Files.createDirectory(place);
        }
        boolean isSame = is != null && is.digest().equals(goal.digest());
        if (!isSame) {
          Modes.open(place); // a folder may be one that nothing is written into
          Node empty = Node.folder(0, "", new TreeMap<>());
          restore(place, is == null ? empty : is, goal);
        }
        if (is == null || !isSame || is.mode() != goal.mode()) {
          Modes.set(place, goal.mode());
        }
      } else if (is == null || !is.equals(goal)) {
        write(place, goal, is != null);
      }
    }
  }

  private void write(Path place, Node goal, boolean isThere) throws IOException {
    if (isThere) {
      Files.delete(place);
    }
    if (goal.kind() == Node.Kind.LINK) {
      String target = new String(store.bytes(goal.digest()), StandardCharsets.UTF_8);
      Files.createSymbolicLink(place, place.getFileSystem().getPath(target));
      return;
    }
    store.write(goal.digest(), place);
    Modes.set(place, goal.mode());
    Files.setLastModifiedTime(place, FileTime.from(goal.modifiedNanos(), TimeUnit.NANOSECONDS));
  }

  /// Removes a file, or a folder with all in it; links are removed, never followed.
  static void delete(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      Modes.open(place);
      try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
        for (Path child : children) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(place);
  }
}
