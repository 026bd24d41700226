package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files of a workspace are never carried to the person's folder, and what guards them.
class ProtectedPathsTest {
  @TempDir Path workspace;

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git/hooks/pre-commit",
        ".git",
        "sub/.git/config",
        ".GIT/config",
        ".Git./config",
        ".g\u200cit/config",
        "GIT~1/config",
        ".git::$INDEX_ALLOCATION/config",
        ".git /hooks/x",
        ".envrc",
        "deep/er/.envrc",
        ".vscode/tasks.json",
        ".idea/workspace.xml",
        ".freehold/policy",
        ".bashrc",
        ".ZSHRC",
        ".husky/pre-commit",
        ".mcp.json",
        ".\uff47it/config"
      })
  void isNotCarried(String path) {
    assertThat(ProtectedPaths.isProtected(Path.of(path))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/Main.java",
        ".gitignore",
        ".gitattributes",
        "git/config",
        "envrc",
        ".github/x.yml",
        "a.git",
        "AGENTS.md",
        ".editorconfig"
      })
  void isCarried(String path) {
    assertThat(ProtectedPaths.isProtected(Path.of(path))).isFalse();
  }

  @Test
  void whatIsObeyedLaterIsTold() {
    assertThat(ProtectedPaths.isInstruction(Path.of("sub/AGENTS.md"))).isTrue();
    assertThat(ProtectedPaths.isInstruction(Path.of(".github/workflows/ci.yml"))).isTrue();
    assertThat(ProtectedPaths.isInstruction(Path.of("README.md"))).isFalse();
  }

  @Test
  void everyGuardedPathIsProtected() {
    assertThat(ProtectedPaths.GUARDED).allMatch(name -> ProtectedPaths.isProtected(Path.of(name)));
  }

  @Test
  void whatGuardsStandOnGoesWithTheLastCommand() throws IOException {
    Files.createDirectories(workspace.resolve(".git/hooks"));
    Files.writeString(workspace.resolve(".git/hooks/mine"), "x");
    Files.writeString(workspace.resolve(".envrc"), "mine");
    WorkspaceGuards guards = new WorkspaceGuards();

    guards.enter(workspace);
    guards.enter(workspace);
    guards.leave(workspace);
    assertThat(workspace.resolve(".vscode")).isEmptyDirectory();
    guards.leave(workspace);

    assertThat(workspace.resolve(".vscode")).doesNotExist();
    assertThat(workspace.resolve(".git/commondir")).doesNotExist();
    assertThat(workspace.resolve(".git/hooks/mine")).hasContent("x");
    assertThat(workspace.resolve(".envrc")).hasContent("mine");
  }

  @Test
  void whatAKilledProgramLeftGoesWithTheNextCommand() throws IOException {
    new WorkspaceGuards().enter(workspace);
    WorkspaceGuards guards = new WorkspaceGuards();

    guards.enter(workspace);
    guards.leave(workspace);

    assertThat(workspace).isEmptyDirectory();
  }

  @Test
  void aSymbolicLinkThereIsRefusedAndNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(workspace.resolve("elsewhere"));
    Path inside = Files.createDirectory(workspace.resolve("inside"));
    Files.createSymbolicLink(inside.resolve(".vscode"), elsewhere);

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> new WorkspaceGuards().enter(inside))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("symbolic link");
    assertThat(elsewhere).isEmptyDirectory();
  }
}
