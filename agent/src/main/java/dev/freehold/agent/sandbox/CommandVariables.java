package dev.freehold.agent.sandbox;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The variables that every command has; none comes from this program's own environment.
final class CommandVariables {
  private CommandVariables() {}

  static Map<String, String> of(Command command, Path home, Path temporary) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
    variables.put("HOME", home.toString());
    variables.put("TMPDIR", temporary.toString());
    variables.put("PWD", command.workspace().toString());
    variables.put("SHELL", "/bin/sh");
    variables.put("GIT_CONFIG_NOSYSTEM", "1");
    variables.put("LANG", "C.UTF-8");
    variables.put("TERM", "dumb");
    variables.putAll(command.environment());
    return variables;
  }
}
