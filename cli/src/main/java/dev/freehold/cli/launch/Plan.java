package dev.freehold.cli.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// How a client is started so that it uses a Freehold server, without any file of its own changed.
///
/// @param arguments what stands on its command line before the user's own arguments
/// @param environment variables that it gets
/// @param removed variables that it must not see: they would lead it elsewhere, or hand keys of
///   other services to this server
/// @param file a file of Freehold's own that the arguments name
public record Plan(
    List<String> arguments,
    SequencedMap<String, Setting> environment,
    List<String> removed,
    Optional<OwnFile> file) {
  /// A file in Freehold's cache folder that a client reads; there is nothing personal in it.
  record OwnFile(Path path, String text) {}

  public Plan {
    arguments = List.copyOf(arguments);
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
    removed = List.copyOf(removed);
  }

  /// The environment of the client, made of that of the user.
  Map<String, String> environment(Map<String, String> users) {
    Map<String, String> all = new LinkedHashMap<>(users);
    removed.forEach(all::remove);
    environment.forEach((name, setting) -> all.put(name, setting.value()));
    return all;
  }

  /// The lines by which a POSIX shell does the same.
  public List<String> shellLines(String command, List<String> usersArguments) {
    List<String> lines = new ArrayList<>();
    if (!removed.isEmpty()) {
      lines.add("unset " + String.join(" ", removed));
    }
    environment.forEach((name, setting) -> lines.add("export " + name + "=" + setting.shell()));
    StringBuilder line = new StringBuilder(ShellText.quoted(command));
    arguments.forEach(argument -> line.append(' ').append(ShellText.quoted(argument)));
    usersArguments.forEach(argument -> line.append(' ').append(ShellText.quoted(argument)));
    lines.add(line.toString());
    return lines;
  }
}
