package dev.freehold.agent.journal;

import dev.freehold.sqlite.Schema;
import java.util.List;

/// The tables of a journal.
final class JournalSchema {
  /// Marks SQLite files as journals: "FHJN".
  static final int APPLICATION = 0x46484a4e;

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE run (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            settings TEXT NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            due INTEGER,
            origin TEXT
          ) STRICT
          """,
          """
          CREATE TABLE step (
            run TEXT NOT NULL REFERENCES run,
            position INTEGER NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            request TEXT NOT NULL,
            digest TEXT NOT NULL,
            snapshot TEXT NOT NULL DEFAULT '',
            tries INTEGER NOT NULL DEFAULT 1,
            due INTEGER,
            started INTEGER NOT NULL,
            finished INTEGER,
            result TEXT,
            PRIMARY KEY (run, position),
            UNIQUE (run, key)
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX open_step ON step (kind) WHERE finished IS NULL",
          "CREATE INDEX run_by_change ON run (changed)");

  /// What wakes runs that wait. Of those that wait already it is not known whether something came.
  private static final List<String> SECOND =
      List.of(
          "ALTER TABLE run ADD COLUMN woken INTEGER NOT NULL DEFAULT 0",
          "ALTER TABLE run ADD COLUMN watcher TEXT",
          "UPDATE run SET woken = 1 WHERE state = 'WAITING'",
          "CREATE INDEX run_by_state ON run (kind, state)");

  static final Schema CURRENT = new Schema("journal", APPLICATION, List.of(FIRST, SECOND));

  private JournalSchema() {}
}
