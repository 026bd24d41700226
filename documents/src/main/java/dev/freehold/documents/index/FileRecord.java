package dev.freehold.documents.index;

import java.util.List;

/// What an index knows of a file.
///
/// @param folder the folder's number in the index
/// @param path within the folder, with `/` between names
/// @param modifiedMillis when it was last written to, before it was read
/// @param readMillis when it was read
/// @param sha256 of its bytes; empty where they were not read
/// @param passages how many it has in the index
/// @param problem why it has none; empty where it was read
/// @param notes what a person should know of how it was read
public record FileRecord(
    int folder,
    String path,
    long bytes,
    long modifiedMillis,
    long readMillis,
    String sha256,
    int passages,
    String problem,
    List<String> notes) {
  /// A file that was written to within this time before it was read may have changed since without
  /// another time stamp.
  private static final long UNSURE_MILLIS = 2_000;

  public FileRecord {
    notes = List.copyOf(notes);
  }

  /// What names the file among all of the index and puts it in order.
  String key() {
    return key(folder, path);
  }

  static String key(int folder, String path) {
    return "%06d/%s".formatted(folder, path);
  }

  /// Whether the file is surely what it was when it was read.
  boolean isUnchanged(FoundFile found) {
    if (!found.problem().isEmpty()) {
      return found.problem().equals(problem);
    }
    return !sha256.isEmpty()
        && bytes == found.bytes()
        && modifiedMillis == found.modifiedMillis()
        && modifiedMillis + UNSURE_MILLIS < readMillis;
  }

  /// The same file, looked at again.
  FileRecord lookedAt(FoundFile found, long nowMillis) {
    return new FileRecord(
        folder,
        path,
        found.bytes(),
        found.modifiedMillis(),
        nowMillis,
        sha256,
        passages,
        problem,
        notes);
  }
}
