package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts failed attempts at one thing and pauses between them, longer each time, until there were
/// too many in a row.
final class Attempts {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_FOR_ANSWERS = 4;
  private static final Pattern RATE_LIMIT = Pattern.compile("\\br=0\\b.*\\bt=(\\d{1,9})\\b");

  private final String what;
  private final PullSettings.Patience patience;
  private final Consumer<PullEvent> events;
  private final int most;
  private int failures;

  private Attempts(
      String what, PullSettings.Patience patience, int most, Consumer<PullEvent> events) {
    this.what = what;
    this.patience = patience;
    this.most = most;
    this.events = events;
  }

  /// At a file, which comes bit by bit.
  ///
  /// @param what is attempted, for messages
  static Attempts atFile(String what, PullSettings.Patience patience, Consumer<PullEvent> events) {
    return new Attempts(what, patience, patience.attempts(), events);
  }

  /// At a small answer, for which a person waits.
  static Attempts atAnswer(
      String what, PullSettings.Patience patience, Consumer<PullEvent> events) {
    int most = Math.min(patience.attempts(), MOST_FOR_ANSWERS);
    return new Attempts(what, patience, most, events);
  }

  /// Tells that something was achieved: failures before it count no more.
  void progressed() {
    failures = 0;
  }

  /// Pauses after a failure.
  ///
  /// @throws HubException where it was one too many, or the server asks for too long a wait
  void failed(IOException failure) throws InterruptedException {
    failures++;
    String reason = String.valueOf(failure.getMessage());
    if (failures >= most) {
      throw new HubException(
          "%s: %s; gave up after %d attempts".formatted(what, reason, failures), failure);
    }
    Duration pause = pause();
    if (failure instanceof FailedAttempt attempt && attempt.requestedWait().isPresent()) {
      Duration asked = attempt.requestedWait().get();
      if (asked.compareTo(patience.longestWait()) > 0) {
        throw new HubException(
            "%s: %s, and asks to wait %d minutes; try again then"
                .formatted(what, reason, asked.toMinutes() + 1),
            failure);
      }
      pause = asked;
    }
    events.accept(new PullEvent.Waiting(what + ": " + reason, pause));
    Thread.sleep(pause);
  }

  private Duration pause() {
    long doubled = patience.pause().toMillis() << Math.min(failures - 1, 16);
    long most = Math.min(doubled, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  /// The wait that a `Retry-After` header asks for, in seconds or as a date beside the server's
  /// own; else that of a `RateLimit` header (`r=0;t=SECONDS`).
  static Optional<Duration> requested(Answer answer) {
    Optional<String> header = answer.header("retry-after").map(String::strip);
    if (header.isEmpty()) {
      Matcher limit = RATE_LIMIT.matcher(answer.header("ratelimit").orElse(""));
      return limit.find()
          ? Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(1))))
          : Optional.empty();
    }
    if (header.get().matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    try {
      var format = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;
      var until = java.time.ZonedDateTime.parse(header.get(), format);
      var now = java.time.ZonedDateTime.parse(answer.header("date").orElse(""), format);
      Duration wait = Duration.between(now, until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (java.time.format.DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
