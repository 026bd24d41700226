package dev.freehold.cli;

import dev.freehold.documents.DocumentsException;
import dev.freehold.vault.VaultException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// A command that failed, as the user is told: what happened, and what to do where there is
/// something.
record Failure(String command, Throwable cause, Exit exit, String message, String remedy) {
  private static final int MAX_MESSAGE = 2_000;
  private static final Map<String, String> FILE_WORDS =
      Map.of(
          "java.nio.file.NoSuchFileException: ", "no such file or folder: ",
          "java.nio.file.AccessDeniedException: ", "not allowed: ",
          "java.nio.file.FileAlreadyExistsException: ", "is there already: ",
          "java.nio.file.NotDirectoryException: ", "is no folder: ",
          "java.nio.file.FileSystemException: ", "",
          "java.io.FileNotFoundException: ", "",
          "java.io.IOException: ", "");

  /// The failure that `cause` means. Exceptions of Freehold's modules are expected outcomes with a
  /// message for the user; everything else is a bug.
  static Failure of(String command, Throwable cause) {
    String message = plain(String.valueOf(cause.getMessage()));
    return switch (cause) {
      case CliException e -> new Failure(command, e, e.exit(), message, e.remedy());
      case VaultException e -> new Failure(command, e, exit(e), message, "");
      case DocumentsException e -> new Failure(command, e, exit(e), message, "");
      case UncheckedIOException e -> new Failure(command, e, Exit.FAILURE, message, "");
      case OutOfMemoryError e ->
          new Failure(
              command,
              e,
              Exit.FAILURE,
              "out of memory: " + message,
              "Give the JVM more: FREEHOLD_JAVA_OPTS=-Xmx8g freehold ...");
      case RuntimeException e when e.getClass().getName().startsWith("dev.freehold.") ->
          new Failure(command, e, Exit.FAILURE, message, "");
      default ->
          new Failure(
              command,
              cause,
              Exit.BUG,
              "a bug in Freehold: " + cause,
              "Please report it. Add --stacktrace to see where it happened.");
    };
  }

  /// A message without Java's names for what happens to files.
  private static String plain(String message) {
    String plain = message;
    for (Map.Entry<String, String> name : FILE_WORDS.entrySet()) {
      plain = plain.replace(name.getKey(), name.getValue());
    }
    return plain;
  }

  private static Exit exit(DocumentsException failure) {
    return failure.reason() == DocumentsException.Reason.BUSY ? Exit.LOCKED : Exit.FAILURE;
  }

  private static Exit exit(VaultException failure) {
    return switch (failure.reason()) {
      case NOT_FOUND -> Exit.NOT_KEPT;
      case LOCKED -> Exit.LOCKED;
      case DAMAGED -> Exit.DAMAGED;
      case REFUSED, NO_ROOM, READ_ONLY, DISK -> Exit.FAILURE;
    };
  }

  /// Prints what happened and what to do, and the stack trace where it is wanted.
  Exit report(PrintStream err, boolean stackTrace) {
    if (exit.equals(Exit.OUTPUT_CLOSED)) {
      return exit;
    }
    err.println(command + ": " + printable(message));
    if (!remedy.isEmpty()) {
      err.println(remedy);
    }
    if (stackTrace) {
      cause.printStackTrace(err);
    }
    err.flush();
    return exit;
  }

  /// A message on one line: control characters, which a hostile file may bring in, are escaped.
  static String printable(String message) {
    StringBuilder line = new StringBuilder();
    message
        .codePoints()
        .limit(MAX_MESSAGE)
        .forEach(c -> {
          if (c == '\n' || c == '\t') {
            line.append(' ');
          } else if (Character.getType(c) == Character.FORMAT || TerminalStreams.isUnsafe(c)) {
            line.append("\\u%04x".formatted(c));
          } else {
            line.appendCodePoint(c);
          }
        });
    return line.toString();
  }
}
