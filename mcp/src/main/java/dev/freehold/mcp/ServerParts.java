package dev.freehold.mcp;

import dev.freehold.mcp.configuration.Secrets;
import dev.freehold.mcp.transport.Programs;
import java.nio.file.Path;
import java.util.Optional;

/// What connections to servers need besides their configuration.
///
/// @param logs the folder for what programs write to their standard error
record ServerParts(Secrets secrets, Programs programs, Path logs) {
  Optional<Path> log(String server) {
    return Optional.of(logs.resolve(server + ".log"));
  }
}
