package dev.freehold.hub.pull;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// A file on a server, and what is known of it before it is fetched.
///
/// @param name path within its repository; checked to be a plain relative one
/// @param bytes its length
/// @param digest of its bytes; empty where nobody says it
/// @param address where to ask for it
/// @param promised headers, by name in small letters, that must have these values where an answer
///   on the way has them
public record RemoteFile(
    String name,
    long bytes,
    Optional<FileDigest> digest,
    URI address,
    Map<String, String> promised) {
  /// No file is larger.
  static final long MAX_BYTES = 1L << 44;

  public RemoteFile {
    SafePath.require(name);
    if (bytes < 0 || bytes > MAX_BYTES) {
      throw new dev.freehold.hub.HubException(
          "%s: expected a size of 0 to 2^44 bytes, found %d".formatted(name, bytes));
    }
    promised = Map.copyOf(promised);
  }

  /// The digest's digits, of a file that has one.
  String hex() {
    return digest.orElseThrow().hex();
  }
}
