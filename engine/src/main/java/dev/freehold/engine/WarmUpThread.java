package dev.freehold.engine;

import dev.freehold.kernel.KernelException;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.TensorException;
import java.util.concurrent.TimeUnit;

/// Warms up a model that was opened to start quickly, while nobody asks it anything.
///
/// Requests come first: it begins when none has come for a while, and stops before the next layer
/// when one comes. Ends when the model is warm.
final class WarmUpThread implements AutoCloseable {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Model model;
  private final Thread thread;
  private boolean isBusy;
  private boolean isClosed;
  private long quietSince = System.nanoTime();

  WarmUpThread(Model model) {
    this.model = model;
    this.thread = Thread.ofPlatform().daemon().name("freehold-warm-up").unstarted(this::run);
    if (model.isCold()) {
      thread.start();
    }
  }

  /// Told whenever requests come or none is left.
  synchronized void setBusy(boolean busy) {
    if (busy != isBusy) {
      isBusy = busy;
      quietSince = System.nanoTime();
      notifyAll();
    }
  }

  private synchronized boolean isQuiet() {
    return !isBusy && !isClosed;
  }

  private void run() {
    try {
      while (awaitQuiet()) {
        model.warmUp(this::isQuiet);
      }
    } catch (ModelException | KernelException | TensorException e) {
      // the next step fails alike, and its request is told
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until nobody has asked for a while; false where there is nothing to warm up any more.
  private synchronized boolean awaitQuiet() throws InterruptedException {
    while (!isClosed && model.isCold()) {
      long left = quietSince + QUIET_NANOS - System.nanoTime();
      if (isBusy) {
        wait();
      } else if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } else {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    ThreadEnd.await(thread);
  }
}
