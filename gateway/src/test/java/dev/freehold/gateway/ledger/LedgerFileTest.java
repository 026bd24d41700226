package dev.freehold.gateway.ledger;

import static dev.freehold.gateway.ledger.LedgerFixture.VENDOR;
import static dev.freehold.gateway.ledger.LedgerFixture.admitted;
import static dev.freehold.gateway.ledger.LedgerFixture.answered;
import static dev.freehold.gateway.ledger.LedgerFixture.claim;
import static dev.freehold.gateway.ledger.LedgerFixture.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.gateway.ledger.Admission.Admitted;
import dev.freehold.gateway.ledger.Admission.Reason;
import dev.freehold.gateway.ledger.Admission.Refused;
import dev.freehold.gateway.ledger.UsageQuery.By;
import dev.freehold.sqlite.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are no ledgers, other versions, broken ones and disks that do not keep up.
class LedgerFileTest {
  @TempDir private Path folder;

  @BeforeAll
  static void useSqlite() {
    LedgerFixture.useSqlite();
  }

  private Path file() {
    return folder.resolve("ledger.sqlite");
  }

  private static void write(Path file, int requests) {
    try (StoredLedger ledger = LedgerFixture.open(file)) {
      for (int i = 0; i < requests; i++) {
        admitted(ledger, head("r" + i, "ann"), claim(10, 10, VENDOR))
            .settle(answered(VENDOR, 10, 10));
      }
    }
  }

  private static void change(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void refusedUnchanged(Path file, String message) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> LedgerFixture.open(file))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining(message);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThatThrownBy(() -> LedgerFixture.usage(file, By.KEY))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining(message);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void anotherFileIsRefusedAndStays() throws IOException {
    Files.writeString(file(), "a letter, and no database. ".repeat(200));
    refusedUnchanged(file(), "no ledger, but some other file");
  }

  @Test
  void anotherProgramsDatabaseIsRefusedAndStays() throws Exception {
    change(file(), "CREATE TABLE song (title TEXT)");
    refusedUnchanged(file(), "a database of another program");
  }

  @Test
  void aNewerLedgerIsRefusedAndStays() throws Exception {
    write(file(), 3);
    change(file(), "PRAGMA user_version = 99");
    refusedUnchanged(file(), "written by a newer version (format 99, this program knows up to 1)");
  }

  @Test
  void aLedgerWithTriggersIsRefused() throws Exception {
    write(file(), 3);
    change(
        file(),
        "CREATE TRIGGER t AFTER UPDATE ON request BEGIN UPDATE request SET cost_micros = 0; END");
    refusedUnchanged(file(), "holds triggers or views");
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.createDirectory(file());
    assertThatThrownBy(() -> LedgerFixture.open(file())).isInstanceOf(LedgerException.class);
  }

  @Test
  void anEmptyFileBecomesALedger() throws IOException {
    Files.createFile(file());
    write(file(), 1);
    assertThat(LedgerFixture.usage(file(), By.KEY).total().ok()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b.sqlite", "a?mode=memory", "a#b%41.sqlite", "ä€.sqlite", "a&b;c"})
  void aNameIsANameWhateverStandsInIt(String name) throws IOException {
    write(folder.resolve(name), 2);
    assertThat(LedgerFixture.usage(folder.resolve(name), By.KEY).total().ok()).isEqualTo(2);
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(path -> String.valueOf(path.getFileName())).toList();
      assertThat(names)
          .contains(name)
          .isSubsetOf(name, name + ".lock", name + "-wal", name + "-shm");
    }
  }

  @Test
  void nobodyElseReadsIt() throws IOException {
    try (StoredLedger ledger = LedgerFixture.open(folder.resolve("new/state/ledger.sqlite"))) {
      admitted(ledger, head("a", "ann"), claim(10, 10, VENDOR)).settle(answered(VENDOR, 1, 1));
      ledger.flush();
      try (Stream<Path> files = Files.list(folder.resolve("new/state"))) {
        for (Path each : files.toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
              .as("%s", each)
              .isEqualTo("rw-------");
        }
      }
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("new/state"))))
        .isEqualTo("rwx------");
  }

  @Test
  void anOlderLedgerIsBroughtUpToDateOrStaysAsItWas() throws Exception {
    write(file(), 2);
    List<List<String>> steps = new ArrayList<>(LedgerSchema.CURRENT.stages());
    steps.add(List.of("ALTER TABLE request ADD COLUMN region TEXT", "CREATE TABLE broken ("));
    Schema wrong = new Schema("ledger", LedgerSchema.APPLICATION, steps);
    assertThatThrownBy(() -> LedgerFile.write(file(), wrong)).isInstanceOf(LedgerException.class);
    assertThat(LedgerFixture.usage(file(), By.KEY).total().ok()).isEqualTo(2);
    steps.set(1, List.of("ALTER TABLE request ADD COLUMN region TEXT"));
    Schema right = new Schema("ledger", LedgerSchema.APPLICATION, steps);
    LedgerFile.write(file(), right).close();
    try (Connection connection = LedgerFile.write(file(), right);
        Statement statement = connection.createStatement();
        java.sql.ResultSet rows =
            statement.executeQuery("SELECT count(*), count(region) FROM request")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(2);
      assertThat(rows.getInt(2)).isZero();
    }
    refusedUnchanged(file(), "written by a newer version");
  }

  /// Bytes changed anywhere, and files cut anywhere: an answer or a typed error, and soon.
  @Test
  void damageEndsInAnErrorOrInFigures() throws IOException {
    write(file(), 300);
    byte[] whole = Files.readAllBytes(file());
    long seed = 5;
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      Path copy = folder.resolve("copy-" + i);
      byte[] bytes =
          i % 5 == 0
              ? Arrays.copyOf(whole, 100 + random.nextInt(whole.length - 100))
              : whole.clone();
      for (int change = 0; change < 1 + i % 40; change++) {
        int at = random.nextInt(Math.min(bytes.length, i % 3 == 0 ? 4096 : bytes.length));
        bytes[at] = (byte) random.nextInt();
      }
      Files.write(copy, bytes);
      long begun = System.nanoTime();
      try {
        LedgerFixture.usage(copy, By.MODEL);
        LedgerFixture.open(copy).close();
      } catch (LedgerException told) {
        assertThat(told.getMessage()).as("seed %d, case %d", seed, i).startsWith(copy.toString());
        refused++;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }
    assertThat(refused).isBetween(20, 149);
  }

  /// As when the disk hangs: nobody waits, who has a budget is refused, the rest is served and
  /// counted, and what was settled is written when it can be.
  @Test
  void whoAsksDoesNotWaitForTheDisk() throws Exception {
    Duration fastest = askedWhileTheDiskHangs(folder.resolve("0.sqlite"));
    for (int i = 1; i < 10 && fastest.toSeconds() >= 4; i++) { // the machine stood still
      fastest = askedWhileTheDiskHangs(folder.resolve(i + ".sqlite"));
    }
    assertThat(fastest).isLessThan(Duration.ofSeconds(4));
  }

  /// @return how long those who asked waited
  private static Duration askedWhileTheDiskHangs(Path file) throws Exception {
    Budget budget =
        new Budget(
            Budget.Scope.KEY,
            "ann",
            Budget.Period.DAY,
            Optional.empty(),
            OptionalLong.of(1_000_000));
    StoredLedger.Settings settings =
        new StoredLedger.Settings(LedgerFixture.PRICES, List.of(budget), ZoneOffset.UTC, false, 10);
    try (StoredLedger ledger = StoredLedger.open(file, settings, () -> LedgerFixture.NOON);
        Connection other = LedgerFile.write(file, LedgerSchema.CURRENT);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      long begun = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        admitted(ledger, head("r" + i, "ann"), claim(10, 10, VENDOR))
            .settle(answered(VENDOR, 10, 10));
      }
      Admission refused = ledger.admit(head("s", "ann"), claim(10, 10, VENDOR));
      assertThat(((Refused) refused).reason()).isEqualTo(Reason.LEDGER);
      Admission unrecorded = ledger.admit(head("t", "bob"), claim(10, 10, VENDOR));
      ((Admitted) unrecorded).request().settle(answered(VENDOR, 10, 10));
      Duration waited = Duration.ofNanos(System.nanoTime() - begun);
      statement.execute("ROLLBACK");
      ledger.flush();
      Usage usage = LedgerFixture.usage(file, By.KEY);
      assertThat(usage.total().ok()).isEqualTo(10);
      ledger.flush();
      assertThat(LedgerFixture.usage(file, By.KEY).unrecorded()).isEqualTo(1);
      assertThat(ledger.admit(head("u", "ann"), claim(10, 10, VENDOR)))
          .isInstanceOf(Admitted.class);
      return waited;
    }
  }

  @Test
  void twoProcessesDoNotWriteOneLedger() throws Exception {
    Process owner = TrafficProgram.start(file(), "owner");
    try (var reader = owner.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("ready");
      assertThatThrownBy(() -> LedgerFixture.open(file()))
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("one ledger has one writer");
      assertThat(LedgerFixture.usage(file(), By.KEY).rows().size()).isLessThanOrEqualTo(1);
    } finally {
      owner.destroyForcibly();
      owner.waitFor();
    }
    LedgerFixture.open(file()).close();
  }

  /// Nobody puts a key into a ledger: a record has its name only, and no place for more; what was
  /// said is kept in its own table, and only where recording is on.
  @Test
  void plantedSecretsAreNowhere() throws IOException {
    String secret = "sk-planted-7f3a9c";
    Settlement said =
        new Settlement(
            List.of(new Attempt(VENDOR, "ok", Duration.ZERO, TokenCounts.NONE)),
            TokenCounts.NONE,
            Optional.empty(),
            Duration.ZERO,
            "ok",
            Energy.UNKNOWN,
            Optional.of(new Settlement.Exchange("{\"key\":\"" + secret + "\"}", secret, "stop")));
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      assertThat(ledger.isRecording()).isFalse();
      admitted(ledger, head("a", "ann"), claim(1, 1, VENDOR)).settle(said);
      ledger.flush();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path each : files.toList()) {
          assertThat(new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1))
              .as("%s", each)
              .doesNotContain(secret);
        }
      }
    }
  }
}
