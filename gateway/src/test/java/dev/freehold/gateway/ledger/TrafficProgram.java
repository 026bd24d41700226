package dev.freehold.gateway.ledger;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process that settles requests as fast as it can, until it is killed, and says on standard
/// output what it did: `settled ID` after each, and `committed N` with what the ledger says.
final class TrafficProgram {
  static final int CAPACITY = 64;
  static final int THREADS = 8;
  static final long LIMIT = 1_000_000_000_000L;

  private TrafficProgram() {}

  /// @param arguments the ledger's file, the folder of SQLite's library, and a name for the run
  public static void main(String[] arguments) throws InterruptedException {
    NativeSqlite.use(Path.of(arguments[1]));
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    StoredLedger ledger = open(Path.of(arguments[0]), LIMIT);
    out.println("ready");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      String name = arguments[2] + "-" + i;
      threads.add(Thread.ofPlatform().start(() -> ask(ledger, name, out)));
    }
    while (true) {
      Thread.sleep(5);
      out.println("committed " + ledger.committed());
    }
  }

  static StoredLedger open(Path file, long limit) {
    Budget budget =
        new Budget(
            Budget.Scope.ALL,
            "",
            Budget.Period.DAY,
            Optional.of(new Money(limit, "EUR")),
            OptionalLong.empty());
    return StoredLedger.open(
        file,
        new StoredLedger.Settings(
            LedgerFixture.PRICES, List.of(budget), ZoneOffset.UTC, false, CAPACITY),
        () -> LedgerFixture.NOON);
  }

  private static void ask(StoredLedger ledger, String name, PrintStream out) {
    Random random = ThreadLocalRandom.current();
    for (int i = 0; true; i++) {
      String id = name + "-" + i;
      Admission admission =
          ledger.admit(
              LedgerFixture.head(id, "ann"), LedgerFixture.claim(1000, 1000, LedgerFixture.VENDOR));
      if (admission instanceof Admission.Admitted admitted) {
        sleep(Duration.ofNanos(random.nextInt(3_000_000)));
        admitted.request().settle(LedgerFixture.answered(LedgerFixture.VENDOR, tokens(id), 7));
        out.println("settled " + id);
      } else { // the ledger is behind
        sleep(Duration.ofMillis(1));
        i--;
      }
    }
  }

  /// What a request takes: its own number of tokens, so that a mixed-up bill shows.
  static long tokens(String id) {
    return 1 + Math.floorMod(id.hashCode(), 900);
  }

  static long micros(String id) {
    return tokens(id) * 2 + 7 * 8;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /// The command line that runs it with the classes of this process.
  static Process start(Path file, String name) throws IOException {
    String paths =
        Stream.of(
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                Path.of("target", "classes").toAbsolutePath().toString(),
                Path.of("target", "test-classes").toAbsolutePath().toString())
            .flatMap(path -> Arrays.stream(path.split(java.io.File.pathSeparator)))
            .filter(path -> !path.isEmpty())
            .distinct()
            .collect(Collectors.joining(java.io.File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            paths,
            TrafficProgram.class.getName(),
            file.toString(),
            Path.of("target", "native").toAbsolutePath().toString(),
            name)
        .redirectErrorStream(true)
        .start();
  }
}
