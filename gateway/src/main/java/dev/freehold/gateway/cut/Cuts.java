package dev.freehold.gateway.cut;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.cut.Cut.Manner;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.route.Backend;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// The cut that is in force in a gateway: attempts at its backends fail as if the backend were
/// gone, those that are under way too. It ends by itself.
///
/// The engine of this process is never cut off.
public final class Cuts {
  private static final String TOLD = "%s is cut off for a rehearsal";

  private final Time time;
  private final AtomicReference<Optional<Held>> held = new AtomicReference<>(Optional.empty());

  /// A cut and when its lease ends.
  private record Held(Cut cut, long endNanos) {}

  public Cuts(Time time) {
    this.time = time;
  }

  /// Cuts its backends off, for what is left of its lease, in place of what was cut before.
  public void hold(Cut cut) {
    long left = cut.left(time.instant()).toNanos();
    held.set(left > 0 ? Optional.of(new Held(cut, time.nanos() + left)) : Optional.empty());
  }

  /// Cuts backends off until [#restore].
  public void hold(Set<String> backends, Manner manner) {
    Instant now = time.instant();
    Cut cut = new Cut("dry", backends, manner, now, Cut.LONGEST_LEASE, now);
    held.set(Optional.of(new Held(cut, time.nanos() + Long.MAX_VALUE / 2)));
  }

  /// Nothing is cut off any more.
  public void restore() {
    held.set(Optional.empty());
  }

  /// What is in force.
  public Optional<Cut> now() {
    long now = time.nanos();
    return held.get().filter(one -> one.endNanos() - now > 0).map(Held::cut);
  }

  private Optional<Cut> of(Backend backend) {
    return backend.isEngine()
        ? Optional.empty()
        : now().filter(cut -> cut.backends().contains(backend.name()));
  }

  /// Asks a backend, which fails where it is cut off.
  ///
  /// @throws AttemptException where the backend fails or is cut off
  public Upstream.Answered ask(
      Backend backend,
      Upstream.Ask ask,
      Secret key,
      Consumer<ChatEvent> events,
      Cancellation cancellation) {
    Optional<Cut> cut = of(backend);
    if (cut.isPresent()) {
      throw failure(cut.get().manner(), backend, ask, cancellation);
    }
    return backend
        .upstream()
        .ask(
            ask,
            key,
            event -> {
              if (of(backend).isPresent()) {
                throw new AttemptException(FailureClass.CUT, TOLD.formatted(backend.name()));
              }
              events.accept(event);
            },
            cancellation);
  }

  private AttemptException failure(
      Manner manner, Backend backend, Upstream.Ask ask, Cancellation cancellation) {
    return switch (manner) {
      case REFUSED -> new AttemptException(FailureClass.TRANSPORT, TOLD.formatted(backend.name()));
      case SILENT -> {
        time.sleep(ask.limits().firstToken(ask.isLast()), cancellation);
        if (cancellation.isCancelled()) {
          throw new CancelledException();
        }
        yield new AttemptException(FailureClass.SILENT, TOLD.formatted(backend.name()));
      }
    };
  }
}
