package dev.freehold.kernel;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that is made when it is first asked for, by whatever thread, once.
final class Deferred<T> {
  private final Supplier<T> maker;
  private volatile @Nullable T made;

  Deferred(Supplier<T> maker) {
    this.maker = maker;
  }

  T get() {
    T present = made;
    return present == null ? make() : present;
  }

  private synchronized T make() {
    T present = made;
    if (present == null) {
      present = maker.get();
      made = present;
    }
    return present;
  }
}
