package dev.freehold.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed with `kill -9` in mid-traffic, again and again on the same ledger: the file
/// stays whole, nothing is counted twice, what was committed is there, and what is missing stays
/// within the stated bound.
class KilledLedgerTest {
  @TempDir private Path folder;

  @BeforeAll
  static void useSqlite() {
    LedgerFixture.useSqlite();
  }

  /// What a ledger has of one run.
  private record Found(Set<String> settled, Set<String> open) {}

  @Test
  void twentyKills() throws Exception {
    kill(20, 20261122);
  }

  @Test
  @Tag("long")
  void twoHundredKills() throws Exception {
    kill(200, 7);
  }

  private void kill(int kills, long seed) throws Exception {
    Path file = folder.resolve("ledger.sqlite");
    Random random = new Random(seed);
    long before = 0;
    int lost = 0;
    int all = 0;
    for (int run = 0; run < kills; run++) {
      List<String> said = killed(file, "run" + run, 5 + random.nextInt(600));
      String about = "seed %d, kill %d".formatted(seed, run);
      Found found = found(file, "run" + run);
      before += found.settled().size();
      Set<String> settled = new HashSet<>();
      long committed = 0;
      for (String line : said) {
        if (line.startsWith("settled ")) {
          settled.add(line.substring("settled ".length()));
        } else if (line.startsWith("committed ")) {
          committed = Long.parseLong(line.substring("committed ".length()));
        }
      }
      assertThat((long) found.settled().size()).as(about).isGreaterThanOrEqualTo(committed);
      assertThat(found.open().size()).as(about).isLessThanOrEqualTo(TrafficProgram.CAPACITY);
      settled.removeAll(found.settled());
      assertThat(settled).as(about).hasSizeLessThanOrEqualTo(TrafficProgram.CAPACITY);
      lost += settled.size();
      all += found.settled().size();
    }
    System.out.printf(
        "%d kills: %d settlements kept, %d handed over and lost (bound %d a kill)%n",
        kills, all, lost, TrafficProgram.CAPACITY);
    assertThat(all).as("there was traffic").isGreaterThan(kills * 5);
    checkWhole(file, before);
  }

  /// Kills the program when it has said so many lines; what it had said by its end.
  private List<String> killed(Path file, String name, int lines)
      throws IOException, InterruptedException {
    Process process = TrafficProgram.start(file, name);
    List<String> said = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("ready");
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.add(line);
        if (said.size() == lines) {
          process.toHandle().destroyForcibly(); // that of the process closes its output unread
        }
      }
    }
    assertThat(process.waitFor()).as("killed, not ended").isNotZero();
    assertThat(String.join("\n", said)).doesNotContain("Exception", "bug");
    return said;
  }

  /// Reads without repairing anything, and checks each bill.
  private static Found found(Path file, String run) throws SQLException {
    Found found = new Found(new HashSet<>(), new HashSet<>());
    Map<Long, String> ids = new HashMap<>();
    try (Connection connection = LedgerFile.read(file);
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT number, id, state, cost_micros, prompt_tokens FROM request WHERE id LIKE '"
                  + run
                  + "-%'")) {
        while (row.next()) {
          String id = row.getString("id");
          boolean isSettled = row.getInt("state") == LedgerStatements.SETTLED;
          assertThat((isSettled ? found.settled() : found.open()).add(id))
              .as("%s twice", id)
              .isTrue();
          if (isSettled) {
            ids.put(row.getLong("number"), id);
            assertThat(row.getLong("cost_micros")).isEqualTo(TrafficProgram.micros(id));
            assertThat(row.getLong("prompt_tokens")).isEqualTo(TrafficProgram.tokens(id));
          }
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT request, count(*) FROM attempt JOIN request ON request = number"
                  + " WHERE id LIKE '"
                  + run
                  + "-%' GROUP BY request")) {
        Set<Long> billed = new HashSet<>();
        while (row.next()) {
          billed.add(row.getLong(1));
          assertThat(row.getLong(2)).isEqualTo(1);
        }
        assertThat(billed).as("attempts stand with their settlement").isEqualTo(ids.keySet());
      }
    }
    assertThat(Collections.disjoint(found.open(), found.settled())).isTrue();
    return found;
  }

  /// What the next process makes of it: open requests are interrupted, and all is counted once.
  private static void checkWhole(Path file, long settled) throws SQLException {
    Usage.Row total;
    try (StoredLedger ledger = TrafficProgram.open(file, 1)) {
      Usage usage = LedgerFixture.usage(file, UsageQuery.By.KEY);
      total = usage.total();
      assertThat(total.ok()).isEqualTo(settled);
      assertThat(total.requests()).isEqualTo(settled + total.unsettled());
      assertThat(total.outcomes().keySet()).isSubsetOf("ok", "interrupted");
      long bounds = total.unsettled() * (1000 * 2 + 1000 * 8);
      assertThat(total.unsettledMicros().getOrDefault("EUR", 0L)).isEqualTo(bounds);
      long counted = total.costMicros().getOrDefault("EUR", 0L) + bounds;
      Admission refused =
          ledger.admit(
              LedgerFixture.head("next", "ann"), LedgerFixture.claim(1, 1, LedgerFixture.VENDOR));
      assertThat(((Admission.Refused) refused).message())
          .contains(new Money(counted, "EUR").amount() + " of 0.000001 EUR are spent");
    }
    try (Connection connection = LedgerFile.read(file);
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("ok");
      }
      try (ResultSet row = statement.executeQuery("PRAGMA foreign_key_check")) {
        assertThat(row.next()).isFalse();
      }
    }
  }
}
