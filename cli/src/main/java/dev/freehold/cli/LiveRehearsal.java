package dev.freehold.cli;

import dev.freehold.cli.exit.Window;
import dev.freehold.gateway.cut.Cut;
import dev.freehold.gateway.cut.CutFile;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A rehearsal with the requests that a gateway is asked: wants a cut of it for a while, again and
/// again, so that the cut is over soon when this process is.
final class LiveRehearsal {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration RENEWAL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Surroundings surroundings;
  private final Path folder;
  private final CutFile file;
  private final Path routes;
  private final CountDownLatch stop = new CountDownLatch(1);

  /// What came of it.
  ///
  /// @param before as long before it
  /// @param isWhole whether the cut held to its end
  record Result(Instant begun, Instant ended, Window before, Window during, boolean isWhole) {}

  /// @param routes the file whose routes the gateway serves
  LiveRehearsal(Surroundings surroundings, Path routes) {
    this.surroundings = surroundings;
    this.routes = routes;
    this.folder = LedgerPlaces.state(surroundings);
    this.file = new CutFile(folder, routes);
  }

  /// Ends it before its time, as Ctrl-C does.
  void stop() {
    stop.countDown();
  }

  /// Cuts backends off for a while and tells what users noticed.
  ///
  /// @throws CliException where no gateway does it, or another rehearsal is under way
  Result run(Set<String> backends, Cut.Manner manner, Duration time) throws InterruptedException {
    if (!Files.isDirectory(folder)) {
      throw nobody();
    }
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("rehearsal.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      FileLock lock = lock(channel);
      Thread last = new Thread(file::drop);
      Runtime.getRuntime().addShutdownHook(last);
      try {
        return cut(backends, manner, time);
      } finally {
        file.drop();
        Runtime.getRuntime().removeShutdownHook(last);
        lock.release();
      }
    } catch (IOException failure) {
      throw new CliException("%s: %s".formatted(folder, failure), failure);
    } catch (IllegalStateException stopping) {
      throw new CliException(Exit.INTERRUPTED, "stopped; the cut is taken back", "");
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      // the same as a lock of another process
    }
    if (lock == null) {
      throw new CliException(
          Exit.FAILURE,
          "another rehearsal is under way with this gateway",
          "Wait for its end, or stop it with Ctrl-C.");
    }
    return lock;
  }

  private Result cut(Set<String> backends, Cut.Manner manner, Duration time)
      throws InterruptedException {
    String id =
        HexFormat.of().toHexDigits(surroundings.clock().millis(), 10)
            + HexFormat.of().toHexDigits(ProcessHandle.current().pid(), 6);
    Instant asked = surroundings.clock().instant();
    Instant end = asked.plus(time);
    Cut cut = new Cut(id, backends, manner, asked, LEASE, end);
    file.want(cut);
    awaitCut(id);
    surroundings
        .err()
        .println(
            "cut off: %s, until %s; Ctrl-C restores"
                .formatted(String.join(", ", backends), local(end)));
    boolean isWhole = hold(cut);
    Instant ended = surroundings.clock().instant();
    file.drop();
    boolean isRestored = await(id, false);
    surroundings
        .err()
        .println(
            isRestored
                ? "restored"
                : "the gateway does not say that it restored; it does within %d s"
                    .formatted(LEASE.toSeconds()));
    return result(asked, ended, isWhole);
  }

  /// Requests that were under way when the cut came are counted with it.
  private Result result(Instant begun, Instant ended, boolean isWhole) {
    Window before = new Window();
    Window during = new Window();
    try (UsageReader reader = open()) {
      each(
          reader,
          begun.minus(Duration.between(begun, ended)),
          begun,
          line -> (end(line).isAfter(begun) ? during : before).add(line));
      each(reader, begun, ended, during::add);
    }
    return new Result(begun, ended, before, during, isWhole);
  }

  private static Instant end(JsonNode line) {
    long micros = line.path("whole_micros").asLong(0);
    return Instant.parse(line.path("time").asString("")).plus(micros, ChronoUnit.MICROS);
  }

  private String local(Instant time) {
    return DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
        .format(time.atZone(surroundings.clock().getZone()));
  }

  private UsageReader open() {
    LedgerPlaces.useSqlite(surroundings);
    return UsageReader.open(LedgerPlaces.ledger(surroundings));
  }

  private void each(UsageReader reader, Instant since, Instant until, Consumer<ObjectNode> lines) {
    reader.requests(
        new UsageQuery(
            UsageQuery.By.DAY, since, until, Optional.empty(), surroundings.clock().getZone()),
        lines);
  }

  private void awaitCut(String id) throws InterruptedException {
    if (await(id, true)) {
      return;
    }
    Optional<CutFile.State> said = file.state().filter(state -> state.id().equals(id));
    if (said.isPresent()) {
      String served = said.get().gateway();
      throw new CliException(
          Exit.FAILURE,
          "the gateway that runs here serves %s, not %s"
              .formatted(Failure.printable(served), routes.toAbsolutePath()),
          "Name that file with --gateway.");
    }
    throw nobody();
  }

  private CliException nobody() {
    return new CliException(
        Exit.FAILURE,
        "no gateway of this user took the cut within %d s".formatted(PATIENCE.toSeconds()),
        "\"freehold serve --gateway %s\" must run on this machine, as this user."
            .formatted(routes));
  }

  /// Whether the gateway says so in time.
  private boolean await(String id, boolean isInForce) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      boolean isSo =
          file.state()
              .filter(state -> state.id().equals(id) && state.isInForce() == isInForce)
              .isPresent();
      if (isSo) {
        return true;
      }
      if (isInForce && stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CliException(Exit.INTERRUPTED, "stopped before anything was cut off", "");
      }
      Thread.sleep(isInForce ? Duration.ZERO : LOOK);
    }
    return false;
  }

  /// Wants the cut until its end, or until this is stopped.
  ///
  /// @return whether the gateway kept it to the end
  private boolean hold(Cut cut) throws InterruptedException {
    while (true) {
      Instant now = surroundings.clock().instant();
      Duration left = Duration.between(now, cut.ends());
      if (!left.isPositive()) {
        return true;
      }
      file.want(cut.renewedAt(now));
      Duration pause = left.compareTo(RENEWAL) < 0 ? left : RENEWAL;
      if (stop.await(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) {
        return true;
      }
      boolean isOver =
          file.state().filter(state -> state.id().equals(cut.id()) && state.isInForce()).isEmpty();
      if (isOver && surroundings.clock().instant().isBefore(cut.ends())) {
        surroundings.err().println("note: the gateway ended the cut by itself");
        return false;
      }
    }
  }
}
