package dev.freehold.chat;

import java.util.function.Consumer;

/// Whoever fetches models by name from where they are kept.
public interface PullBackend {
  /// Fetches a model and returns when it can be asked for.
  ///
  /// Progress is told in order, one piece at a time; a cancelled pull leaves what it has, so that
  /// the next one goes on from there.
  ///
  /// @throws ChatException where there is no such model, or it cannot be fetched
  void pull(String name, Consumer<Progress> progress, Cancellation cancellation);

  /// How far a pull is.
  ///
  /// @param file the file that is worked on; empty for the model as a whole
  /// @param digest SHA-256 of the file in hexadecimal digits; empty where it is not known
  /// @param totalBytes size of the file; 0 where it is not known
  /// @param doneBytes those of them that are here or checked
  record Progress(Stage stage, String file, String digest, long totalBytes, long doneBytes) {}

  /// What is done with a file or model, in this order.
  enum Stage {
    /// Its files are asked for.
    LOOKING,
    FETCHING,
    /// Its digest is computed.
    VERIFYING,
    /// It is put where models are kept.
    PLACING
  }
}
