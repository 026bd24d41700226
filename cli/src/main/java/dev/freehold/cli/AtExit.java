package dev.freehold.cli;

/// Work that is done when the process is told to stop, by Ctrl-C for one, before it is closed.
final class AtExit implements AutoCloseable {
  private final Thread hook;

  AtExit(Runnable work) {
    this.hook = new Thread(work);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      return; // it is being done
    }
  }
}
