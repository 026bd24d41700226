package dev.freehold.bench.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/// The home folder of a gateway in a process of its own: its routes, its log, its ledger.
///
/// @param environment of the process, beside that of this one
record GatewayHome(Path dir, Map<String, String> environment) {
  GatewayHome {
    environment = Map.copyOf(environment);
  }

  Path routes() {
    return dir.resolve("gateway.yaml");
  }

  /// Standard error of the process.
  Path log() {
    return dir.resolve("err.log");
  }

  Path ledger() {
    return dir.resolve(".local/state/freehold/ledger.sqlite");
  }

  Path prices() {
    return dir.resolve(".config/freehold/prices.yaml");
  }

  /// Writes the routes at once, so that a gateway never reads a half of them.
  GatewayHome withRoutes(String text) throws IOException {
    Path part = Files.writeString(dir.resolve("part.yaml"), text);
    Files.move(part, routes(), StandardCopyOption.ATOMIC_MOVE);
    return this;
  }
}
