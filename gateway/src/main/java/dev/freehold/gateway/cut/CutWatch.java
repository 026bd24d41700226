package dev.freehold.gateway.cut;

import dev.freehold.gateway.Gateway;
import dev.freehold.gateway.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Does in a gateway what its [CutFile] says: cuts backends off, and restores them when the cut is
/// over, is not wanted any more, or is not renewed, since whoever wanted it is gone.
public final class CutWatch implements AutoCloseable {
  private final CutFile file;
  private final Gateway gateway;
  private final Consumer<String> told;
  private final Thread thread;
  private Optional<Cut> current = Optional.empty();
  private Instant renewed = Instant.MIN;
  private String ended = "";
  private String problem = "";

  /// @param told what happened, in one line
  public CutWatch(CutFile file, Gateway gateway, Consumer<String> told, Duration interval) {
    this.file = file;
    this.gateway = gateway;
    this.told = told;
    this.thread = Thread.ofVirtual().name("gateway-cut").start(() -> watch(interval));
  }

  private void watch(Duration interval) {
    try {
      while (true) {
        lookSafely();
        Thread.sleep(interval);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// What cannot be read cuts nothing off; it is told once.
  private void lookSafely() {
    Optional<Cut> wanted = Optional.empty();
    try {
      wanted = file.wanted();
      problem = "";
    } catch (GatewayException broken) {
      String why = String.valueOf(broken.getMessage());
      if (!why.equals(problem)) {
        told.accept("gateway: no rehearsal: " + why);
      }
      problem = why;
    }
    try {
      look(wanted.filter(cut -> !cut.id().equals(ended)));
    } catch (GatewayException cannot) {
      told.accept("gateway: the rehearsal cannot be told of: " + cannot.getMessage());
    }
  }

  private void look(Optional<Cut> wanted) {
    if (wanted.isPresent() && !wanted.get().renewed().equals(renewed)) {
      renewed = wanted.get().renewed();
      gateway.cuts().hold(wanted.get());
    }
    Optional<Cut> holds = wanted.isPresent() ? gateway.cuts().now() : Optional.empty();
    if (current.isPresent() && !holds.map(Cut::id).equals(current.map(Cut::id))) {
      restore(current.get());
    }
    if (holds.isPresent() && current.isEmpty()) {
      current = holds;
      Cut cut = holds.get();
      told.accept(
          "gateway: rehearsal %s: cut off: %s, until %s"
              .formatted(cut.id(), names(cut.backends()), cut.ends()));
      tell(cut, true);
    }
  }

  private void restore(Cut cut) {
    gateway.cuts().restore();
    gateway.forget(cut.backends());
    current = Optional.empty();
    ended = cut.id();
    told.accept("gateway: rehearsal %s is over: %s".formatted(cut.id(), names(cut.backends())));
    tell(cut, false);
  }

  private void tell(Cut cut, boolean isInForce) {
    file.tell(cut.id(), isInForce);
  }

  private static String names(Set<String> backends) {
    return String.join(", ", backends.stream().sorted().toList());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
