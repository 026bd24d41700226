package dev.freehold.mcp.transport;

import java.io.InputStream;
import java.io.OutputStream;

/// A program that runs and is talked to by its standard streams.
public interface RunningProgram {
  /// What it reads.
  OutputStream input();

  /// What it writes.
  InputStream output();

  /// Ends it and all that it started.
  void end();

  /// How it ended and what it said of it, for messages; to be asked after [#end].
  String ending();
}
