package dev.freehold.gateway.upstream;

import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// The lines of a body, each ended by CR, LF or both; a byte order mark at the begin is left out,
/// and bytes that are no UTF-8 are read as U+FFFD.
///
/// Failures: an [AttemptException] where a line or the body is longer than the limits allow, or the
/// next line is not there in time.
final class Lines {
  private static final byte[] NONE = new byte[0];

  private final Network.Reply reply;
  private final Limits.Sizes sizes;
  private final Time time;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private byte[] bytes = NONE;
  private int at;
  private long read;
  private boolean isAfterReturn;
  private boolean isFirst = true;
  private boolean isEnded;

  Lines(Network.Reply reply, Limits.Sizes sizes, Time time) {
    this.reply = reply;
    this.sizes = sizes;
    this.time = time;
  }

  /// Whether the body is read to its end.
  boolean isEnded() {
    return isEnded;
  }

  /// The next line without its end; the last one needs no end. Empty where there is none.
  ///
  /// @param deadline by [Time#nanos]
  Optional<String> next(long deadline) {
    while (true) {
      if (isAfterReturn && at < bytes.length) {
        isAfterReturn = false;
        at += bytes[at] == '\n' ? 1 : 0;
      }
      int from = at;
      while (at < bytes.length && bytes[at] != '\n' && bytes[at] != '\r') {
        at++;
      }
      line.write(bytes, from, at - from);
      if (line.size() > sizes.line()) {
        throw new AttemptException(
            FailureClass.MALFORMED,
            "a line of the answer is longer than %d bytes".formatted(sizes.line()));
      }
      if (at < bytes.length) {
        isAfterReturn = bytes[at++] == '\r';
        return Optional.of(take());
      }
      if (isEnded || !fill(deadline)) {
        return line.size() == 0 ? Optional.empty() : Optional.of(take());
      }
    }
  }

  private boolean fill(long deadline) {
    long left = deadline - time.nanos();
    if (left <= 0) {
      throw new AttemptException(FailureClass.STALLED, "nothing more came in time");
    }
    Optional<byte[]> next = reply.next(Duration.ofNanos(left));
    if (next.isEmpty()) {
      isEnded = true;
      return false;
    }
    bytes = next.get();
    at = 0;
    read += bytes.length;
    if (read > sizes.answer()) {
      throw new AttemptException(
          FailureClass.MALFORMED, "the answer is longer than %d bytes".formatted(sizes.answer()));
    }
    return true;
  }

  private String take() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    boolean isMarked = isFirst && text.startsWith("\uFEFF");
    isFirst = false;
    return isMarked ? text.substring(1) : text;
  }
}
