package dev.freehold.documents.index;

/// Is told how far an update is.
public interface UpdateProgress {
  /// Tells nobody.
  UpdateProgress NONE = new UpdateProgress() {};

  /// All files are known now.
  default void begin(int files, long bytes) {}

  /// A file is looked at.
  ///
  /// @param doneBytes of the files before it
  default void at(String path, long doneBytes) {}
}
