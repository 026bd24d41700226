package dev.freehold.cli;

import dev.freehold.gateway.ledger.NativeSqlite;
import dev.freehold.gateway.ledger.PriceFile;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the ledger, its prices and SQLite's library lie.
final class LedgerPlaces {
  private LedgerPlaces() {}

  /// `$XDG_STATE_HOME/freehold/ledger.sqlite`, or the same under `~/.local/state`.
  static Path ledger(Surroundings surroundings) {
    return state(surroundings).resolve("ledger.sqlite");
  }

  /// The folder of the ledger, where a gateway is also told to cut backends off.
  static Path state(Surroundings surroundings) {
    return surroundings.folder("XDG_STATE_HOME", ".local/state");
  }

  /// `prices.yaml` beside the other settings.
  static Path prices(Surroundings surroundings) {
    return Configuration.folder(surroundings).resolve("prices.yaml");
  }

  /// The prices and budgets that the user wrote down; none where there is no file.
  static PriceFile.Content readPrices(Surroundings surroundings) {
    Path file = prices(surroundings);
    return Files.exists(file) ? PriceFile.read(file) : PriceFile.Content.EMPTY;
  }

  /// Has SQLite's library lie in the cache folder, where this user alone writes.
  static void useSqlite(Surroundings surroundings) {
    NativeSqlite.use(surroundings.folder("XDG_CACHE_HOME", ".cache").resolve("native"));
  }
}
