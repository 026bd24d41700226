package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Brings one file into a partial file, in ranges over several connections; what is there already
/// is not fetched again.
///
/// An answer counts only where it is the range that was asked for, of a file of the promised size,
/// with the entity tag that the same host gave before. A server that ignores ranges is read from
/// the beginning in one go; a file that changes on the server is begun anew. Nothing is hashed
/// here.
final class RangedDownload {
  private static final int MOST_RESTARTS = 2;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  private final Web web;
  private final PullSettings settings;
  private final RemoteFile file;
  private final Consumer<PullEvent> events;
  private final AtomicLong arrived = new AtomicLong();

  /// Where the file really lies, after redirects; asked directly until it fails.
  private volatile URI direct;

  RangedDownload(Web web, PullSettings settings, RemoteFile file, Consumer<PullEvent> events) {
    this.web = web;
    this.settings = settings;
    this.file = file;
    this.events = events;
    this.direct = file.address();
  }

  /// Fetches what is missing.
  ///
  /// @throws HubException where it cannot be had, or cannot be written
  void into(Path partial, Pieces pieces) throws IOException, InterruptedException {
    boolean whole = file.bytes() <= Pieces.PIECE_BYTES;
    for (int restarts = 0; ; restarts++) {
      arrived.set(pieces.bytesDone());
      try (FileChannel channel = open(partial)) { // anew: an interrupted thread closes it for all
        if (whole) {
          fetchWhole(channel, pieces);
        } else {
          fetchPieces(channel, pieces);
        }
        channel.truncate(file.bytes());
        channel.force(true);
        return;
      } catch (RangesIgnored ignored) {
        events.accept(new PullEvent.Note(file.name() + ": " + ignored.getMessage()));
        whole = true;
      } catch (Web.ChangedOnServer changed) {
        if (restarts >= MOST_RESTARTS) {
          throw new HubException(
              "%s: %s, again and again; try later".formatted(file.name(), changed.getMessage()),
              changed);
        }
        events.accept(
            new PullEvent.Note(file.name() + ": " + changed.getMessage() + "; begun anew"));
        direct = file.address();
      }
      pieces.clear();
    }
  }

  private static FileChannel open(Path partial) throws IOException {
    return FileChannel.open(
        partial,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }

  private void fetchPieces(FileChannel channel, Pieces pieces)
      throws IOException, InterruptedException {
    pieces.release();
    int connections = settings.connections();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(connections, Thread.ofPlatform().daemon().factory())) {
      var running = new ExecutorCompletionService<Boolean>(pool);
      for (int i = 0; i < connections; i++) {
        running.submit(() -> {
          for (Optional<Pieces.Segment> segment = pieces.claim(connections);
              segment.isPresent();
              segment = pieces.claim(connections)) {
            fetch(segment.get(), channel, pieces);
          }
          return true;
        });
      }
      try {
        for (int i = 0; i < connections; i++) {
          running.take().get();
        }
      } catch (ExecutionException failure) {
        pool.shutdownNow();
        throw rethrown(failure);
      } catch (InterruptedException stopped) {
        pool.shutdownNow();
        throw stopped;
      }
    }
  }

  private static HubException rethrown(ExecutionException failure)
      throws IOException, InterruptedException {
    switch (failure.getCause()) {
      case HubException e -> throw e;
      case IOException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(failure);
    }
  }

  private void fetch(Pieces.Segment segment, FileChannel channel, Pieces pieces)
      throws IOException, InterruptedException {
    Attempts attempts = Attempts.atFile(file.name(), settings.patience(), events);
    long position = segment.begin();
    while (position < segment.end()) {
      long before = position;
      try (Answer answer = ask(position, segment.end(), pieces)) {
        long end = requireRange(answer, position, segment.end());
        while (position < end) {
          Optional<ByteBuffer> bytes = answer.body().next();
          if (bytes.isEmpty()) {
            throw new IOException("the connection ended at byte %d of %d".formatted(position, end));
          }
          if (bytes.get().remaining() > end - position) {
            throw new IOException("more bytes came than the range has");
          }
          long begin = position;
          position += write(channel, bytes.get(), position);
          recorded(pieces, begin, position);
        }
      } catch (Web.ChangedOnServer | RangesIgnored restart) {
        throw restart;
      } catch (IOException failure) {
        direct = file.address();
        if (position - before >= Pieces.PIECE_BYTES) {
          attempts.progressed();
        }
        attempts.failed(failure);
      }
    }
  }

  private Answer ask(long begin, long end, Pieces pieces) throws IOException, InterruptedException {
    URI address = direct;
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=%d-%d".formatted(begin, end - 1));
    Optional<String> known = pieces.tagOf(address.getAuthority());
    known.ifPresent(tag -> headers.put("If-Range", "\"" + tag + "\""));
    Answer answer = web.get(address, headers);
    try {
      requirePromised(answer);
      requireSameTag(answer, pieces);
      if (answer.status() != 206) {
        throw new RangesIgnored(answer.address().getHost() + " does not give parts of files");
      }
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
    direct = answer.address();
    return answer;
  }

  /// Checks the range of an answer and gives where it ends, which may be before what was asked for.
  private long requireRange(Answer answer, long begin, long end) throws IOException {
    String range = answer.header("content-range").orElse("");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (!matcher.matches()) {
      throw new IOException("an answer without the range it holds");
    }
    long total = Long.parseLong(matcher.group(3));
    if (total != file.bytes()) {
      throw new Web.ChangedOnServer(
          "the file has %d bytes on the server, not the promised %d"
              .formatted(total, file.bytes()));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (first != begin || last < first || last >= end) {
      throw new IOException(
          "asked for bytes %d to %d, got %d to %d".formatted(begin, end - 1, first, last));
    }
    OptionalLong length = answer.length();
    if (length.isPresent() && length.getAsLong() != last - first + 1) {
      throw new IOException(
          "a range of %d bytes is said to have %d".formatted(last - first + 1, length.getAsLong()));
    }
    return last + 1;
  }

  private void requirePromised(Answer answer) {
    file.promised()
        .forEach((name, value) -> {
          String found = answer.firstHeader(name).map(Answer::unquoted).orElse(value);
          if (!found.equals(value)) {
            throw new HubException(
                "%s: the list of files says %s %s, the file itself %s; try again"
                    .formatted(file.name(), name, value, SafePath.shown(found)));
          }
        });
    if (answer.isPage() && !file.name().endsWith(".html")) {
      throw new HubException(
          "%s: %s answers with a web page instead of the file; a login or a filter stands between"
              .formatted(file.name(), answer.address().getHost()));
    }
  }

  private void requireSameTag(Answer answer, Pieces pieces) throws IOException {
    Optional<String> tag = answer.strongTag();
    if (tag.isPresent()
        && !pieces.tag(answer.address().getAuthority(), tag.get()).equals(tag.get())) {
      throw new Web.ChangedOnServer("the file has changed on the server");
    }
  }

  private void fetchWhole(FileChannel channel, Pieces pieces)
      throws IOException, InterruptedException {
    if (pieces.bytesDone() == file.bytes()) {
      return;
    }
    Attempts attempts = Attempts.atFile(file.name(), settings.patience(), events);
    while (true) {
      pieces.clear();
      arrived.set(0);
      try (Answer answer = web.get(file.address(), Map.of())) {
        requirePromised(answer);
        OptionalLong length = answer.length();
        if (length.isPresent() && length.getAsLong() != file.bytes()) {
          throw new IOException(
              "the server sends %d bytes, not the promised %d"
                  .formatted(length.getAsLong(), file.bytes()));
        }
        readAll(answer, channel);
        recorded(pieces, 0, file.bytes());
        return;
      } catch (Web.ChangedOnServer changed) {
        throw changed;
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  private void readAll(Answer answer, FileChannel channel)
      throws IOException, InterruptedException {
    long position = 0;
    for (Optional<ByteBuffer> bytes = answer.body().next();
        bytes.isPresent();
        bytes = answer.body().next()) {
      if (bytes.get().remaining() > file.bytes() - position) {
        throw new IOException("more than the promised %d bytes".formatted(file.bytes()));
      }
      position += write(channel, bytes.get(), position);
    }
    if (position != file.bytes()) {
      throw new IOException(
          "the connection ended at byte %d of %d".formatted(position, file.bytes()));
    }
  }

  private int write(FileChannel channel, ByteBuffer bytes, long position)
      throws InterruptedException {
    int count = bytes.remaining();
    try {
      for (long at = position; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (ClosedByInterruptException e) {
      throw stopped(e);
    } catch (IOException e) {
      throw unwritable(e);
    }
    events.accept(new PullEvent.Fetched(file, arrived.addAndGet(count)));
    return count;
  }

  private void recorded(Pieces pieces, long from, long to) throws InterruptedException {
    try {
      pieces.reached(from, to);
    } catch (ClosedByInterruptException e) {
      throw stopped(e);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static InterruptedException stopped(ClosedByInterruptException cause) {
    InterruptedException stopped = new InterruptedException("stopped");
    stopped.initCause(cause);
    return stopped;
  }

  private HubException unwritable(IOException cause) {
    return new HubException(
        "%s cannot be written: %s; make room and pull again, what has arrived is kept"
            .formatted(file.name(), cause.getMessage()),
        cause);
  }

  /// The server sends the whole file where a part was asked for.
  private static final class RangesIgnored extends IOException {
    private static final long serialVersionUID = 1L;

    RangesIgnored(String message) {
      super(message);
    }
  }
}
