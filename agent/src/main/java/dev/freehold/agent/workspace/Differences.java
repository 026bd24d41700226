package dev.freehold.agent.workspace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds the files and links that two snapshots differ in; folders count by what is in them.
final class Differences {
  private final List<FileChange> found = new ArrayList<>();

  private Differences() {}

  static List<FileChange> between(Node before, Node after) {
    Differences differences = new Differences();
    differences.compare("", Optional.of(before), Optional.of(after));
    return differences.found;
  }

  private void compare(String path, Optional<Node> before, Optional<Node> after) {
    boolean isFolder = isFolder(before) || isFolder(after);
    if (!isFolder) {
      if (before.isEmpty() != after.isEmpty()
          || before.isPresent() && !before.get().holdsSame(after.orElseThrow())) {
        found.add(new FileChange(path, before, after));
      }
      return;
    }
    if (before.isPresent() && after.isPresent() && isFolder(before) != isFolder(after)) {
      compare(path, before, Optional.empty());
      compare(path, Optional.empty(), after);
      return;
    }
    if (before.isPresent()
        && after.isPresent()
        && before.get().digest().equals(after.get().digest())) {
      return;
    }
    Map<String, Node> was = children(before);
    Map<String, Node> is = children(after);
    SortedSet<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    for (String name : names) {
      compare(
          path.isEmpty() ? name : path + "/" + name,
          Optional.ofNullable(was.get(name)),
          Optional.ofNullable(is.get(name)));
    }
  }

  private static boolean isFolder(Optional<Node> node) {
    return node.filter(n -> n.kind() == Node.Kind.FOLDER).isPresent();
  }

  private static Map<String, Node> children(Optional<Node> folder) {
    return folder.isPresent() ? folder.get().children() : new TreeMap<>();
  }
}
