package dev.freehold.agent.sandbox;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Files of a workspace that other programs of the person obey without being asked.
///
/// Two guards stand on them. While a command runs, [#GUARDED] at the root of the workspace are
/// covered by mounts where there are namespaces. And whatever a command left, wherever it lies,
/// what [#isProtected] names is never carried from the copy to the person's folder.
public final class ProtectedPaths {
  /// What commands cannot write, make, rename or replace at the root of the workspace. Those of
  /// `.git` are guarded where it is there, and the whole of it where it is not.
  static final List<String> GUARDED =
      List.of(
          ".git/hooks",
          ".git/config",
          ".git/config.worktree",
          ".git/commondir",
          ".git/modules",
          ".git/worktrees",
          ".freehold",
          ".envrc",
          ".vscode",
          ".idea",
          ".claude",
          ".cursor",
          ".bashrc",
          ".bash_profile",
          ".profile",
          ".zshrc",
          ".zshenv");

  private static final Set<String> PROTECTED =
      Set.of(
          ".git",
          ".freehold",
          ".envrc",
          ".direnv",
          ".vscode",
          ".idea",
          ".fleet",
          ".zed",
          ".claude",
          ".cursor",
          ".codex",
          ".gemini",
          ".mcp.json",
          ".devcontainer",
          ".devcontainer.json",
          ".husky",
          ".bashrc",
          ".bash_profile",
          ".bash_login",
          ".bash_logout",
          ".bash_aliases",
          ".profile",
          ".login",
          ".cshrc",
          ".tcshrc",
          ".kshrc",
          ".zshrc",
          ".zshenv",
          ".zprofile",
          ".zlogin",
          ".zlogout",
          ".inputrc",
          ".gitconfig",
          ".ssh",
          ".gnupg",
          ".netrc",
          ".pgpass",
          ".exrc",
          ".vimrc",
          ".gdbinit",
          ".lldbinit",
          ".irbrc",
          ".pryrc",
          ".xprofile",
          ".xinitrc");

  private static final Set<String> INSTRUCTIONS =
      Set.of(
          "agents.md",
          "claude.md",
          "gemini.md",
          "skill.md",
          ".cursorrules",
          ".windsurfrules",
          ".github",
          ".gitlab-ci.yml",
          ".pre-commit-config.yaml",
          ".gitattributes",
          ".gitmodules");

  private ProtectedPaths() {}

  /// Whether a path, relative to the workspace, is never carried to the person's folder.
  public static boolean isProtected(Path relative) {
    for (Path part : relative) {
      String name = plain(part.toString());
      if (PROTECTED.contains(name) || name.matches("git~\\d+")) {
        return true;
      }
    }
    return false;
  }

  /// Whether what it says is obeyed later by an agent, by git or by a build server, so that a
  /// person who approves a change should be shown it first.
  public static boolean isInstruction(Path relative) {
    for (Path part : relative) {
      if (INSTRUCTIONS.contains(plain(part.toString()))) {
        return true;
      }
    }
    return false;
  }

  /// A name as the least discerning file system takes it: case, ignored characters, trailing dots
  /// and spaces, and streams of NTFS left out.
  private static String plain(String name) {
    String shown =
        name.codePoints()
            .filter(c -> Character.getType(c) != Character.FORMAT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String folded =
        Normalizer.normalize(shown, Normalizer.Form.NFKC)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT);
    int stream = folded.indexOf(':');
    return (stream > 0 ? folded.substring(0, stream) : folded).replaceAll("[. ]+$", "");
  }
}
