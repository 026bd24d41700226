package dev.freehold.agent.workspace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// Says what changed in files, line by line where they are texts.
final class ChangeTexts {
  /// All differences together; what comes after is told without its lines.
  private static final int MOST_TEXT = 16 << 20;

  private final ObjectStore store;
  private final Predicate<String> isKept;
  private long length;

  ChangeTexts(ObjectStore store, Predicate<String> isKept) {
    this.store = store;
    this.isKept = isKept;
  }

  List<Change> of(List<FileChange> changes) {
    List<Change> told = new ArrayList<>();
    for (FileChange change : changes) {
      Change one = one(change);
      length += one.text().length();
      told.add(one);
    }
    return told;
  }

  private Change one(FileChange change) {
    Change.Kind kind =
        change.before().isEmpty()
            ? Change.Kind.ADDED
            : change.after().isEmpty() ? Change.Kind.DELETED : Change.Kind.CHANGED;
    if (isKept.test(change.path())) {
      return new Change(
          kind, change.path(), "stays as it is in the folder: protected\n", 0, 0, true);
    }
    Optional<LineDifference> lines =
        text(change.before())
            .flatMap(before -> text(change.after()).flatMap(a -> LineDifference.between(before, a)))
            .filter(difference -> length < MOST_TEXT);
    String modes = modes(change);
    if (lines.isPresent()) {
      LineDifference found = lines.get();
      return new Change(
          kind, change.path(), modes + found.text(), found.added(), found.removed(), false);
    }
    return new Change(kind, change.path(), modes + size(change) + "\n", 0, 0, false);
  }

  /// The text of a file or of what is not there; empty where it is no text, or a long one.
  private Optional<String> text(Optional<Node> node) {
    if (node.isEmpty()) {
      return Optional.of("");
    }
    if (node.get().kind() != Node.Kind.FILE || node.get().size() > LineDifference.MAX_BYTES) {
      return Optional.empty();
    }
    return LineDifference.text(store.bytes(node.get().digest()));
  }

  private static String modes(FileChange change) {
    if (change.before().isEmpty() || change.after().isEmpty()) {
      return "";
    }
    int before = change.before().get().mode();
    int after = change.after().get().mode();
    boolean isOther =
        before != after && change.after().get().kind() == change.before().get().kind();
    return isOther ? "mode %03o becomes %03o\n".formatted(before, after) : "";
  }

  private String size(FileChange change) {
    return "%s becomes %s".formatted(described(change.before()), described(change.after()));
  }

  private String described(Optional<Node> node) {
    if (node.isEmpty()) {
      return "nothing";
    }
    return switch (node.get().kind()) {
      case FILE ->
          String.format(
              Locale.ROOT, "a file of %,d bytes, shown without its lines", node.get().size());
      case LINK ->
          "a link to " + new String(store.bytes(node.get().digest()), StandardCharsets.UTF_8);
      case FOLDER -> "a folder";
    };
  }
}
