package dev.freehold.audit.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.audit.Audit;
import dev.freehold.audit.AuditException;
import dev.freehold.audit.AuditReport;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.RuleBook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders and cards that mean harm end in a report or in an error that says what is wrong.
@Timeout(300)
class HostileSubjectsTest {
  @TempDir private Path root = Path.of("");

  private static AuditReport audit(Subject subject) {
    return new Audit(RuleBook.load(), Lineage.Parents.none()).of(subject);
  }

  private static Document card(String text) {
    return new Document("README.md", text.getBytes(StandardCharsets.UTF_8));
  }

  private static Subject subject(String card) {
    return Subject.of("hostile", List.of(card(card)), List.of(), List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x [1]\nb: *x\n",
        "license: mit\nlicense: apache-2.0\n",
        "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]\n",
        "? [a, b]\n: 1\n",
        "- mit\n",
        "license: [mit\n",
        "\tlicense: mit\n",
        "license: mit\n--- \nlicense: gpl\n",
        "%YAML 9.9\n",
        "license: \u0000\n",
        "<<: {license: mit}\n<<: {a: b}\n"
      })
  void fieldsThatAreNoPlainYamlAreAProblemAndNoCrash(String fields) {
    Subject subject = subject("---\n" + fields + "---\nText\n");
    AuditReport report = audit(subject);
    assertThat(report.question("weights-usable").answer()).isNotEqualTo("yes");
    assertThat(report.finding("licence-missing")).isPresent();
  }

  @Test
  void deepAndLongFieldsAreRefusedInBoundedTime() {
    String deep = "a: " + "[".repeat(100_000) + "\n";
    assertThat(subject("---\n" + deep + "---\n").problems()).hasSize(1);
    String indented = "";
    StringBuilder nested = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      nested.append(indented).append("a:\n");
      indented += " ";
    }
    assertThat(subject("---\n" + nested + "---\n").problems()).hasSize(1);
    String many = "license: [" + "mit, ".repeat(40_000) + "mit]\n";
    Subject long40 = subject("---\n" + many + "---\n");
    assertThat(long40.statements()).hasSizeLessThan(5_000);
    String endless = "---\n" + "license: mit\n".repeat(50_000);
    assertThat(subject(endless).problems()).hasSize(1);
  }

  @Test
  void statementsQuoteThePlaceWhereTheyStand() {
    Subject subject = subject("---\nname: \"\ud83d\ude00\u00e9\"\nlicense: apache-2.0\n---\nx\n");
    Span span = subject.stated("license").getFirst().span();
    assertThat(span.quote()).isEqualTo("apache-2.0");
    byte[] bytes = subject.documents().getFirst().bytes();
    String at =
        new String(bytes, (int) span.offset(), "apache-2.0".length(), StandardCharsets.UTF_8);
    assertThat(at).isEqualTo("apache-2.0");
  }

  @Test
  void linksThatLeadOutAreNotFollowed() throws IOException {
    Path secret = Files.writeString(root.resolve("secret.txt"), "top secret");
    Path folder = Files.createDirectories(root.resolve("model"));
    Files.createSymbolicLink(folder.resolve("LICENSE"), secret);
    Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    Files.createSymbolicLink(folder.resolve("up"), root);
    Subject subject = FolderSubject.read("links", folder, true);
    assertThat(subject.documents()).isEmpty();
    assertThat(subject.problems()).hasSize(3);
    assertThat(FolderSubject.texts(folder)).isEmpty();
  }

  @Test
  void snapshotsOfTheHubsCacheAreFollowedToTheirBlobs() throws IOException {
    Path blobs = Files.createDirectories(root.resolve("models--a--b/blobs"));
    Path snapshot =
        Files.createDirectories(root.resolve("models--a--b/snapshots/" + "0".repeat(40)));
    Files.writeString(blobs.resolve("abc"), "# card");
    Files.createSymbolicLink(snapshot.resolve("README.md"), Path.of("../../blobs/abc"));
    Subject subject = FolderSubject.read("a/b", snapshot, false);
    assertThat(subject.documents()).extracting(Document::name).containsExactly("README.md");
    assertThat(subject.problems()).isEmpty();
  }

  @Test
  void foldersTooDeepAndFilesTooLargeAreTold() throws IOException {
    Path deep = root.resolve("a/b/c/d/e/f/g/h/i/j/k");
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("LICENSE"), "x");
    Files.write(root.resolve("LICENSE"), new byte[Document.MOST_BYTES + 1]);
    Subject subject = FolderSubject.read("deep", root, false);
    assertThat(subject.documents()).isEmpty();
    assertThat(subject.files()).extracting(StoredFile::kind).containsExactly(StoredFile.Kind.OTHER);
    assertThat(subject.problems()).singleElement().asString().contains("deeper");
  }

  @Test
  void pointersKeepOnlyDigestsThatAreSome() throws IOException {
    Files.writeString(
        root.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:../../x\nsize 99999999999999999999\n");
    StoredFile file = FolderSubject.read("pointer", root, true).files().getFirst();
    assertThat(file.kind()).isEqualTo(StoredFile.Kind.POINTER);
    assertThat(file.sha256()).isEqualTo(Optional.empty());
    assertThat(file.bytes()).isZero();
  }

  @Test
  void bytesOfAnyKindAreReadAsSomeText() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 50; round++) {
      byte[] bytes = new byte[random.nextInt(4000)];
      random.nextBytes(bytes);
      if (round % 3 == 0 && bytes.length > 2) {
        bytes[0] = (byte) 0xFE;
        bytes[1] = (byte) 0xFF;
      }
      Document licence = new Document("LICENSE", bytes);
      Document card = new Document("README.md", bytes);
      AuditReport report =
          audit(Subject.of("random", List.of(licence, card), List.of(), List.of()));
      assertThat(report.question("weights-usable").answer()).isEqualTo("no");
    }
  }

  @Test
  void aDeclarationThatHoldsAnythingElseDeclaresNothing() {
    Document wrong =
        new Document(
            "openness.yaml", "datasets: {path: x, made_by: y}".getBytes(StandardCharsets.UTF_8));
    AuditReport report = audit(Subject.of("wrong", List.of(wrong), List.of(), List.of()));
    assertThat(report.grade().mofClass()).isZero();
    assertThat(report.finding("unread")).isPresent();
  }

  @Test
  void documentsAreBounded() {
    byte[] bytes = new byte[Document.MOST_BYTES + 1];
    assertThatThrownBy(() -> new Document("LICENSE", bytes))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("at most");
  }
}
