package dev.freehold.server;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Who may reach a server, and how.
///
/// @param hostNames names by which clients may call it, beside its own; against DNS rebinding
/// @param origins web pages that may call it, as `https://chat.example.org`; none by default
/// @param keys who may use it; without keys everybody who reaches it may do everything
/// @param tls its certificate; plain HTTP without
public record Security(
    List<String> hostNames,
    List<String> origins,
    Supplier<KeyRing> keys,
    Optional<Certificate> tls) {
  /// For this machine only: no further names, pages or keys, plain HTTP.
  public static final Security LOCAL =
      new Security(List.of(), List.of(), () -> KeyRing.EMPTY, Optional.empty());

  public Security {
    hostNames = List.copyOf(hostNames);
    origins = List.copyOf(origins);
  }

  public Security withKeys(Supplier<KeyRing> newKeys) {
    return new Security(hostNames, origins, newKeys, tls);
  }
}
