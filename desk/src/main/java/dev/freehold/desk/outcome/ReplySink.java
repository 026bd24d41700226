package dev.freehold.desk.outcome;

/// Where answers go.
public interface ReplySink {
  /// Sends an answer, once for a key however often it is asked to.
  ///
  /// @param key the same for the same answer, whatever happens in between
  /// @throws ReplyException where it could not be sent
  void send(Reply reply, String key);
}
