package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One server, as a file names it: its secrets are still names.
///
/// @param name stands before its tools' names
/// @param tools of those that it offers, the ones that are used; empty for all
/// @param trustsAnnotations whether a tool that the server calls read-only counts as such
/// @param timeout of one call
/// @param undo how calls of its tools are taken back, by the tools' names
public record ServerConfiguration(
    String name,
    Way way,
    Set<String> tools,
    boolean trustsAnnotations,
    Duration timeout,
    boolean isDisabled,
    Map<String, UndoCall> undo) {
  /// How long a call may take where nothing is said.
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  /// What a server may be called: no two underscores in a row, which end it before a tool's name.
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*");

  private static final int LONGEST_NAME = 24;

  public ServerConfiguration {
    tools = Set.copyOf(tools);
    undo = Map.copyOf(undo);
    if (!isName(name)) {
      throw new McpException(
          "a server's name has letters, digits and single - or _ between them, at most %d in all"
              .formatted(LONGEST_NAME));
    }
  }

  /// For a server whose calls stay done.
  public ServerConfiguration(
      String name,
      Way way,
      Set<String> tools,
      boolean trustsAnnotations,
      Duration timeout,
      boolean isDisabled) {
    this(name, way, tools, trustsAnnotations, timeout, isDisabled, Map.of());
  }

  public static boolean isName(String text) {
    return text.length() <= LONGEST_NAME && NAME.matcher(text).matches();
  }

  /// How a server is reached.
  public sealed interface Way {
    /// A program that is started, and told by its standard input.
    ///
    /// @param environment variables; values may name secrets, see [Secrets]
    /// @param folder where it starts; empty for a folder of its own
    /// @param isConfined whether the sandbox confines it: no network, `folder` alone to write
    /// @param readable what a confined one may read besides
    record Program(
        List<String> argv,
        Map<String, String> environment,
        Optional<Path> folder,
        boolean isConfined,
        List<Path> readable)
        implements Way {
      public Program {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        readable = List.copyOf(readable);
      }
    }

    /// A server that is asked by HTTP.
    ///
    /// @param headers of every request; values may name secrets, see [Secrets]
    record Address(URI url, Map<String, String> headers) implements Way {
      public Address {
        headers = Map.copyOf(headers);
      }
    }
  }
}
