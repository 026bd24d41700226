package dev.freehold.agent.workspace;

import dev.freehold.agent.tool.PathGlob;
import java.util.List;

/// Files and folders that are not copied into a workspace.
///
/// @param patterns over paths; one without `/` is over names in any folder
record Excluded(List<String> patterns) {
  Excluded {
    patterns = List.copyOf(patterns);
  }

  boolean holds(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (String pattern : patterns) {
      String plain = pattern.endsWith("/") ? pattern.substring(0, pattern.length() - 1) : pattern;
      if (new PathGlob(plain).matches(plain.indexOf('/') < 0 ? name : path)) {
        return true;
      }
    }
    return false;
  }
}
