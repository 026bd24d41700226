package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.LedgerEntry.Interrupted;
import dev.freehold.gateway.ledger.LedgerEntry.Mark;
import dev.freehold.gateway.ledger.LedgerEntry.Settled;
import dev.freehold.sqlite.SqliteFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The one thread that writes a ledger: takes what waits, writes it in one transaction, and begins
/// again; what cannot be written is tried again until it can.
final class LedgerWriter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LedgerWriter.class.getName());
  private static final int BATCH = 1024;
  private static final long RETRY_MILLIS = 200;
  private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(5);
  private static final long MOST_WORDS = 32L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Connection connection;
  private final LedgerStatements statements;
  private final InstantSource clock;
  private final Semaphore slots;
  private final BlockingQueue<LedgerEntry> queue = new LinkedBlockingQueue<>();
  private final AtomicLong missed = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong words = new AtomicLong();
  private final CountDownLatch isDone = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean isClosing;
  private volatile @Nullable String problem;

  /// @param slots one for each request that is open or not written yet
  LedgerWriter(Connection connection, Semaphore slots, InstantSource clock) throws SQLException {
    this.connection = connection;
    this.statements = new LedgerStatements(connection);
    this.slots = slots;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("ledger").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Never waits. The queue is bounded by the slots, of which every request holds one.
  void add(LedgerEntry entry) {
    words.addAndGet(words(entry));
    queue.add(entry);
  }

  /// Whether what was said may be added to what waits: characters that wait are bounded.
  boolean hasRoomForWords() {
    return words.get() < MOST_WORDS;
  }

  private static long words(LedgerEntry entry) {
    return entry instanceof Settled ended
        ? ended.settlement().exchange().map(Settlement.Exchange::characters).orElse(0L)
        : 0;
  }

  void miss() {
    missed.incrementAndGet();
  }

  /// Requests that ended and are written.
  long settled() {
    return settled.get();
  }

  /// Why nothing can be written at present; empty where all is well.
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void run() {
    List<LedgerEntry> batch = new ArrayList<>();
    long checkpointed = System.nanoTime();
    boolean hasNews = false;
    try {
      while (!isClosing || !queue.isEmpty()) {
        LedgerEntry first = queue.poll(hasNews ? 1000 : 60_000, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          writeUntilDone(batch);
          batch.clear();
          hasNews = true;
        }
        if (hasNews && System.nanoTime() - checkpointed > BETWEEN_CHECKPOINTS.toNanos()) {
          checkpoint();
          checkpointed = System.nanoTime();
          hasNews = false;
        }
      }
    } catch (InterruptedException stopped) {
      LOG.log(System.Logger.Level.WARNING, "the ledger's thread was stopped");
    } finally {
      isDone.countDown();
    }
  }

  private void writeUntilDone(List<LedgerEntry> batch) throws InterruptedException {
    while (true) {
      try {
        write(batch);
        if (problem != null) {
          LOG.log(System.Logger.Level.INFO, "the ledger is written again");
        }
        problem = null;
        break;
      } catch (SQLException failure) {
        String told = String.valueOf(failure.getMessage());
        if (problem == null) {
          LOG.log(
              System.Logger.Level.WARNING, "the ledger cannot be written, trying again: " + told);
        }
        problem = told;
        Thread.sleep(RETRY_MILLIS);
      }
    }
    for (LedgerEntry entry : batch) {
      words.addAndGet(-words(entry));
      switch (entry) {
        case Settled ended -> done();
        case Interrupted ended -> done();
        case Mark mark -> mark.isWritten().countDown();
        case LedgerEntry.Opened opened -> {}
        case LedgerEntry.Raised raised -> {}
      }
    }
  }

  private void done() {
    settled.incrementAndGet();
    slots.release();
  }

  private void write(List<LedgerEntry> batch) throws SQLException {
    long known = missed.get();
    long lost = known;
    execute("BEGIN IMMEDIATE");
    try {
      for (LedgerEntry entry : batch) {
        if (!statements.writeIfPossible(entry)) {
          lost++;
        }
      }
      if (lost > 0) {
        statements.writeGap(clock.millis(), lost);
      }
      execute("COMMIT");
    } catch (SQLException failure) {
      try {
        execute("ROLLBACK");
      } catch (SQLException gone) { // some failures have rolled back already
        failure.addSuppressed(gone);
      }
      throw failure;
    }
    missed.addAndGet(-known);
  }

  /// Forces what was committed to the disk: after a power cut no more is missing than came since.
  private void checkpoint() {
    try {
      execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException failure) {
      LOG.log(System.Logger.Level.WARNING, "the ledger's checkpoint: " + failure.getMessage());
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Waits until all that was added before is written.
  void flush() {
    CountDownLatch isWritten = new CountDownLatch(1);
    add(new Mark(isWritten));
    try {
      if (!isWritten.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new LedgerException(
            "the ledger could not be written within %d s: %s"
                .formatted(PATIENCE.toSeconds(), problem().orElse("the disk is slow")));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new LedgerException("the wait for the ledger was interrupted", stopped);
    }
  }

  /// Writes what waits and closes the file.
  ///
  /// @throws LedgerException where that is impossible; what was not written is lost
  @Override
  public void close() {
    isClosing = true;
    add(new Mark(new CountDownLatch(1)));
    boolean isWritten = false;
    try {
      isWritten = isDone.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (!isWritten) {
      thread.interrupt();
    }
    try {
      isDone.await();
      statements.close();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (SQLException ignored) {
      // closed with the connection
    } finally {
      SqliteFile.closeQuietly(connection);
    }
    if (!isWritten) {
      throw new LedgerException(
          "the ledger could not be written to its end: " + problem().orElse("it took too long"));
    }
  }
}
