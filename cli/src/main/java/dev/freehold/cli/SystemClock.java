package dev.freehold.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/// The system's clock, in the zone of this process, which is looked up when it is asked for: most
/// commands never ask, and to read the table of zones is 9 ms of a start.
final class SystemClock extends Clock {
  @Override
  public ZoneId getZone() {
    return ZoneId.systemDefault();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.system(zone);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }
}
