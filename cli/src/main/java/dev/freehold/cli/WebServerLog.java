package dev.freehold.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What the library of the web server writes on standard error by itself: of starts and of every
/// request that is none nothing, since the server tells what matters of them.
final class WebServerLog {
  private final Logger all = Logger.getLogger("io.helidon"); // loggers are held weakly
  private final Logger starts = Logger.getLogger("io.helidon.webserver.LoomServer");

  void quieten() {
    all.setLevel(Level.SEVERE);
    starts.setLevel(Level.OFF);
  }
}
