package dev.freehold.gateway.ledger;

import dev.freehold.sqlite.Schema;
import java.util.List;

/// The tables of a ledger.
final class LedgerSchema {
  /// Marks SQLite files as ledgers: "FHLG".
  static final int APPLICATION = 0x46484c47;

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE request (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            time INTEGER NOT NULL,
            state INTEGER NOT NULL,
            route TEXT NOT NULL,
            caller TEXT NOT NULL,
            asked_model TEXT NOT NULL,
            bound_micros INTEGER,
            bound_tokens INTEGER,
            backend TEXT,
            model TEXT,
            is_local INTEGER,
            prompt_tokens INTEGER NOT NULL DEFAULT 0,
            cached_tokens INTEGER NOT NULL DEFAULT 0,
            completion_tokens INTEGER NOT NULL DEFAULT 0,
            reasoning_tokens INTEGER NOT NULL DEFAULT 0,
            cost_micros INTEGER,
            vendor_micros INTEGER NOT NULL DEFAULT 0,
            currency TEXT NOT NULL,
            first_token_micros INTEGER,
            whole_micros INTEGER,
            outcome TEXT NOT NULL,
            is_saved INTEGER NOT NULL DEFAULT 0,
            millijoules INTEGER NOT NULL DEFAULT 0,
            energy_source TEXT NOT NULL DEFAULT 'unknown'
          ) STRICT
          """,
          "CREATE INDEX request_by_time ON request (time)",
          "CREATE INDEX open_request ON request (state) WHERE state = 0",
          """
          CREATE TABLE attempt (
            request INTEGER NOT NULL REFERENCES request,
            position INTEGER NOT NULL,
            backend TEXT NOT NULL,
            model TEXT NOT NULL,
            is_local INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            micros INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            cost_micros INTEGER,
            PRIMARY KEY (request, position)
          ) STRICT, WITHOUT ROWID
          """,
          """
          CREATE TABLE recorded (
            request INTEGER PRIMARY KEY REFERENCES request,
            asked TEXT NOT NULL,
            answered TEXT NOT NULL,
            finish TEXT NOT NULL
          ) STRICT
          """,
          "CREATE TABLE gap (time INTEGER NOT NULL, requests INTEGER NOT NULL) STRICT");

  static final Schema CURRENT = new Schema("ledger", APPLICATION, List.of(FIRST));

  private LedgerSchema() {}
}
