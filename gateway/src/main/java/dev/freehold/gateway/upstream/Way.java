package dev.freehold.gateway.upstream;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a server is reached.
///
/// @param connect how long a connection may take
/// @param proxy host and port of a proxy, as `proxy.example.org:3128`
/// @param certificates a PEM file of the authorities that are trusted, in the place of the usual
///   ones
public record Way(Duration connect, Optional<String> proxy, Optional<Path> certificates) {
  public Way withConnect(Duration newConnect) {
    return new Way(newConnect, proxy, certificates);
  }

  public static Way direct(Duration connect) {
    return new Way(connect, Optional.empty(), Optional.empty());
  }
}
