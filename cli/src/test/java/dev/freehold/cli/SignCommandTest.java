package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys, signatures and their verification from the command line.
class SignCommandTest {
  @TempDir private Path home = Path.of("unset");
  private Path model = Path.of("unset");

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.createDirectories(home.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    Files.writeString(model.resolve("weights"), "0123456789");
  }

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  private String at(String name) {
    return home.resolve(name).toString();
  }

  @Test
  void aSignedModelVerifiesUntilAFileChanges() throws Exception {
    Result signed = run("sign", model.toString(), "--new-key", at("own.pem"));
    assertThat(signed.exit()).as(signed.err()).isEqualTo(Exit.OK);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(at("own.pem")))))
        .isEqualTo("rw-------");

    String signature = model.resolve("model.sig").toString();
    String[] verify = {
      "verify", model.toString(), "--signature", signature, "--key", at("own.pub")
    };
    Result verified = run(verify);
    assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
    assertThat(verified.out()).startsWith("verified    2 files, signed by ");

    Files.writeString(model.resolve("weights"), "0123456788");
    Files.writeString(model.resolve("more.py"), "print()");
    Result changed = run(verify);
    assertThat(changed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(changed.err()).contains("changed: weights", "not signed: more.py");
    assertThat(changed.out()).doesNotContain("verified");
  }

  @Test
  void unsignedFilesAreAllowedOnlyWhereSomebodySaysSo() throws Exception {
    run("sign", model.toString(), "--new-key", at("own.pem"), "--signature", at("m.sig"));
    Files.writeString(model.resolve("notes.txt"), "mine");
    String[] verify = {
      "verify", model.toString(), "--signature", at("m.sig"), "--key", at("own.pub")
    };
    assertThat(run(verify).exit()).isEqualTo(Exit.FAILURE);
    for (String option : new String[] {"--ignore=notes.txt", "--ignore-unsigned"}) {
      String[] allowed = java.util.Arrays.copyOf(verify, verify.length + 1);
      allowed[verify.length] = option;
      assertThat(run(allowed).exit()).as(option).isEqualTo(Exit.OK);
    }
  }

  @Test
  void aKeyIsNeverWrittenOver() throws Exception {
    run("sign", "--new-key", at("own.pem"), "--curve", "p521");
    String before = Files.readString(Path.of(at("own.pem")));
    Result again = run("sign", "--new-key", at("own.pem"));
    assertThat(again.exit()).isEqualTo(Exit.FAILURE);
    assertThat(again.err()).contains("never written over");
    assertThat(Files.readString(Path.of(at("own.pem")))).isEqualTo(before);
  }

  @Test
  void anotherKeyDoesNotVerify() {
    run("sign", model.toString(), "--new-key", at("own.pem"), "--signature", at("m.sig"));
    run("sign", "--new-key", at("other.pem"));
    Result refused =
        run("verify", model.toString(), "--signature", at("m.sig"), "--key", at("other.pub"));
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("by another key");
  }

  @Test
  void aModelThatHoldsTheKeyIsNotSigned() {
    Result refused = run("sign", model.toString(), "--new-key", model.resolve("k.pem").toString());
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("lies in the model's folder");
    assertThat(model.resolve("model.sig")).doesNotExist();
  }

  @Test
  void aSignatureWithoutAKeyIsNotVerified() {
    Result refused = run("verify", model.toString(), "--signature", at("m.sig"));
    assertThat(refused.exit()).isEqualTo(Exit.USAGE);
    assertThat(refused.err()).contains("public key");
  }
}
