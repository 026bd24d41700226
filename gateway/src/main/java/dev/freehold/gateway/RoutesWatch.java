package dev.freehold.gateway;

import dev.freehold.gateway.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes another configuration when its file changes: a good one is used for requests from then on,
/// a broken one is told of and the old one stays.
public final class RoutesWatch implements AutoCloseable {
  private final Path file;
  private final Gateway gateway;
  private final Supplier<Routes> read;
  private final Consumer<String> told;
  private final Thread thread;
  private @Nullable State seen;

  /// By what a change is noticed.
  private record State(FileTime modified, long size) {}

  /// @param read reads the file
  /// @param told what happened, in one line
  public RoutesWatch(
      Path file, Gateway gateway, Supplier<Routes> read, Consumer<String> told, Duration interval) {
    this.file = file;
    this.gateway = gateway;
    this.read = read;
    this.told = told;
    this.seen = state();
    this.thread = Thread.ofVirtual().name("gateway-file").start(() -> watch(interval));
  }

  private void watch(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        if (hasChanged()) {
          reload();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean hasChanged() {
    State now = state();
    boolean isNew = now != null && !now.equals(seen);
    seen = now == null ? seen : now;
    return isNew;
  }

  private @Nullable State state() {
    try {
      return new State(Files.getLastModifiedTime(file), Files.size(file));
    } catch (IOException gone) { // an editor may be writing it anew
      return null;
    }
  }

  /// Reads the file now.
  public synchronized void reload() {
    State now = state();
    seen = now == null ? seen : now;
    try {
      Routes routes = read.get();
      gateway.use(routes);
      told.accept("gateway: %s is in use".formatted(file));
    } catch (GatewayException broken) {
      told.accept("gateway: the old configuration stays: " + broken.getMessage());
    } catch (RuntimeException bug) { // the next file is looked at all the same
      told.accept(
          "gateway: the old configuration stays: the file cannot be read: " + bug.getClass());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
