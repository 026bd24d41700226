package dev.freehold.server;

import dev.freehold.chat.Cancellation;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An answer that is told piece by piece: server-sent events, or one JSON value a line.
///
/// Nothing is sent, not even the status, before the first piece or the first sign of life; an
/// exception before that becomes an error with its own status. When the client is gone, the
/// cancellation is set and further pieces go nowhere.
public final class ReplyStream {
  /// How pieces are told apart.
  public enum Framing {
    /// `text/event-stream`.
    EVENTS("text/event-stream; charset=utf-8", ": ping\n\n"),
    /// `application/x-ndjson`; such a stream has no comments, so it is silent while it waits.
    LINES("application/x-ndjson", "");

    private final String contentType;
    private final String ping;

    Framing(String contentType, String ping) {
      this.contentType = contentType;
      this.ping = ping;
    }
  }

  private final ServerResponse response;
  private final Framing framing;
  private final Cancellation cancellation;
  private final Runnable onBegin;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable OutputStream out;
  private @Nullable ScheduledFuture<?> pings;
  private byte[] ping;
  private boolean wrote;
  private boolean ended;
  private boolean gone;

  ReplyStream(
      ServerResponse response, Framing framing, Cancellation cancellation, Runnable onBegin) {
    this.response = response;
    this.framing = framing;
    this.cancellation = cancellation;
    this.onBegin = onBegin;
    this.ping = framing.ping.getBytes(StandardCharsets.UTF_8);
  }

  void beginPings(ScheduledExecutorService timer, Duration every) {
    long millis = every.toMillis();
    pings =
        timer.scheduleAtFixedRate(
            () -> Thread.startVirtualThread(this::ping), millis, millis, TimeUnit.MILLISECONDS);
  }

  /// What is sent when there was nothing to say for a while, as it goes over the wire.
  public void signOfLife(String text) {
    lock.lock();
    try {
      ping = text.getBytes(StandardCharsets.UTF_8);
    } finally {
      lock.unlock();
    }
  }

  /// A piece: a `data:` event, or a line.
  public void send(JsonNode value) {
    String json = value.toString();
    write(framing == Framing.EVENTS ? "data: " + json + "\n\n" : json + "\n");
  }

  /// A piece with a name: an event of this type.
  public void send(String event, JsonNode value) {
    write("event: " + event + "\ndata: " + value + "\n\n");
  }

  /// Text as it goes over the wire, such as `data: [DONE]` with its empty line.
  public void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      writeNow(bytes);
      wrote = true;
    } finally {
      lock.unlock();
    }
  }

  /// Whether anything was sent.
  public boolean hasBegun() {
    lock.lock();
    try {
      return out != null;
    } finally {
      lock.unlock();
    }
  }

  private void ping() {
    if (lock.tryLock()) { // whoever holds it writes, which is a sign of life too
      try {
        if (!wrote && ping.length > 0) {
          writeNow(ping);
        }
        wrote = false;
      } finally {
        lock.unlock();
      }
    }
  }

  private void writeNow(byte[] bytes) {
    if (ended || gone) {
      return;
    }
    try {
      if (out == null) {
        response.header(HeaderNames.CONTENT_TYPE, framing.contentType);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        onBegin.run();
        out = response.outputStream();
      }
      out.write(bytes);
      out.flush();
    } catch (IOException | RuntimeException failure) { // the client does not read any more
      gone = true;
      cancellation.cancel();
    }
  }

  /// Ends the stream.
  void end() {
    lock.lock();
    try {
      ended = true;
      if (pings != null) {
        pings.cancel(false);
      }
      if (out != null && !gone) {
        out.close();
      }
    } catch (IOException | RuntimeException failure) {
      gone = true;
      cancellation.cancel();
    } finally {
      lock.unlock();
    }
  }
}
