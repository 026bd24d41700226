package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Where commands cannot be confined, none is run, and what is missing is said (A12).
@EnabledOnOs(OS.LINUX)
class SandboxProbeTest {
  @TempDir Path folder;
  private Path settings;

  @BeforeEach
  void makeSettings() throws IOException {
    settings = Files.createDirectories(folder.resolve("settings"));
  }

  private Path program(String script) throws IOException {
    Path program = folder.resolve("bwrap");
    Files.writeString(program, "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private SandboxProbe.Result probe(List<Path> programs, int landlock) {
    return new SandboxProbe(programs, settings, calls -> landlock, PublicNetwork.SYSTEM)
        .find(Reach.NOTHING);
  }

  private void assertRunsNothing(SandboxProbe.Result result) throws IOException {
    Path workspace = Files.createDirectories(folder.toRealPath().resolve("workspace"));
    assertThat(result.sandbox().confinement()).isEqualTo(Confinement.NONE);
    assertThat(result.describe())
        .startsWith("commands cannot be confined here, so none is run: tools can only read");
    assertThatThrownBy(() ->
            result
                .sandbox()
                .run(Command.shell("echo x > ran", workspace, Limits.DEFAULT), new Cancellation()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("commands are not run");
    assertThat(workspace).isEmptyDirectory();
  }

  @Test
  void withoutBubblewrapAndLandlockNothingRuns() throws IOException {
    SandboxProbe.Result result = probe(List.of(folder.resolve("absent")), 0);

    assertRunsNothing(result);
    assertThat(result.describe())
        .contains("bubblewrap is not installed; install the package 'bubblewrap'")
        .contains("the kernel has no Landlock, or it is switched off; use Linux 6.12 or newer");
  }

  @Test
  void anOldLandlockAloneIsNotEnough() throws IOException {
    SandboxProbe.Result result = probe(List.of(), 3);

    assertRunsNothing(result);
    assertThat(result.describe()).contains("Landlock has version 3");
  }

  @Test
  void whereTheSystemForbidsUserNamespacesThatIsSaidWithWhatToDo() throws IOException {
    Path refusing =
        program(
            "[ \"$1\" = --version ] && echo 'bubblewrap 0.9.0' && exit 0\n"
                + "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n");
    Path setting = settings.resolve("kernel/apparmor_restrict_unprivileged_userns");
    Files.createDirectories(setting.getParent());
    Files.writeString(setting, "1\n");

    SandboxProbe.Result result = probe(List.of(refusing), 0);

    assertRunsNothing(result);
    assertThat(result.describe())
        .contains("setting up uid map: Permission denied")
        .contains("AppArmor keeps programs without a profile from user namespaces");
  }

  @Test
  void aBubblewrapThatOnlyRunsTheCommandIsNotBelieved() throws IOException {
    Path pretending =
        program(
            "[ \"$1\" = --version ] && echo 'bubblewrap 0.9.0' && exit 0\n"
                + "echo '{ \"child-pid\": '$$' }' >&3\n"
                + "while [ \"$1\" != -- ]; do shift; done; shift\n"
                + "exec \"$@\"\n");
    Path limit = Path.of("/proc/sys/kernel/pid_max");
    String before = ProcessNumbers.setting(limit);

    assertRunsNothing(probe(List.of(pretending), 0));
    assertThat(ProcessNumbers.setting(limit)).isEqualTo(before);
  }

  @Test
  void aBubblewrapThatIsTooOldOrNoneIsNotUsed() throws IOException {
    assertThat(probe(List.of(program("echo 'bubblewrap 0.3.1'\n")), 0).describe())
        .contains("bubblewrap 0.5 or newer is needed; it is bubblewrap 0.3.1");
    assertThat(probe(List.of(program("yes | head -c 1000000\n")), 0).describe())
        .contains("it does not say which version of bubblewrap it is");
    assertThat(probe(List.of(program("kill -SEGV $$\n")), 0).describe())
        .contains("it does not say which version of bubblewrap it is");
  }

  @Test
  void whatKeepsUserNamespacesAwayIsReadFromTheSettings() throws IOException {
    assertThat(NamespaceRemedy.of(settings)).contains("in a container");
    Files.createDirectories(settings.resolve("user"));
    Files.writeString(settings.resolve("user/max_user_namespaces"), "0\n");
    assertThat(NamespaceRemedy.of(settings)).contains("user.max_user_namespaces");
    Files.createDirectories(settings.resolve("kernel"));
    Files.writeString(settings.resolve("kernel/unprivileged_userns_clone"), "0\n");
    assertThat(NamespaceRemedy.of(settings)).contains("kernel.unprivileged_userns_clone=1");
  }
}
