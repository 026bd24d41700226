package dev.freehold.agent.sandbox;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Work that is done on a platform thread made for it, while the caller waits.
final class OwnThread<T> implements Runnable {
  private final Supplier<T> work;
  private @Nullable T result;
  private @Nullable Throwable failure;

  private OwnThread(Supplier<T> work) {
    this.work = work;
  }

  static <T> T call(Supplier<T> work) {
    OwnThread<T> own = new OwnThread<>(work);
    Thread thread = Thread.ofPlatform().name("sandbox").daemon().start(own);
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (own.failure != null) {
      throw own.failure instanceof SandboxException known
          ? known
          : new SandboxException("the command could not be run: " + own.failure, own.failure);
    }
    return java.util.Objects.requireNonNull(own.result);
  }

  @Override
  public void run() {
    try {
      result = work.get();
    } catch (Throwable e) {
      failure = e;
    }
  }
}
