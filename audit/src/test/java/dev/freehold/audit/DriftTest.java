package dev.freehold.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.ModelFolders.Folder;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.RuleId;
import dev.freehold.audit.licence.WrittenLicences;
import dev.freehold.audit.report.HtmlReport;
import dev.freehold.audit.report.JsonReport;
import dev.freehold.audit.report.TextReport;
import dev.freehold.audit.subject.FolderSubject;
import dev.freehold.audit.subject.Subject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What changed between two copies of a model, and which addresses of its card are dead.
class DriftTest {
  @TempDir private Path root = Path.of("");

  private final Audit audit = new Audit(RuleBook.load(), Lineage.Parents.none());

  private AuditReport report(Folder folder) {
    return audit.of(FolderSubject.read("model", folder.path(), true));
  }

  @Test
  void equalCopiesHaveNoChanges() {
    ModelFolders folders = new ModelFolders(root);
    AuditReport one = report(folders.open("one", "MIT", "mit"));
    AuditReport two = report(folders.open("two", "MIT", "mit"));
    assertThat(two.since(one).changes()).isEmpty();
  }

  @Test
  void anotherLicenceAndReplacedWeightsAreTold() {
    ModelFolders folders = new ModelFolders(root);
    AuditReport old = report(folders.licensed("old", "Apache-2.0", "apache-2.0"));
    Folder later =
        folders
            .licensed("later", "LicenseRef-NVIDIA-Open-Model", "other")
            .file("USE_POLICY.md", "You agree not to use it.")
            .bytes("model.safetensors", new byte[82]);
    AuditReport now = report(later).since(old);
    assertThat(now.changes())
        .extracting(Change::kind)
        .contains("licence", "card", "claim", "rule", "weights");
    assertThat(now.changes())
        .filteredOn(change -> change.what().equals("LICENSE"))
        .singleElement()
        .satisfies(change -> {
          assertThat(change.before()).contains("Apache License 2.0", "sha256:");
          assertThat(change.after()).contains("NVIDIA Open Model License");
        });
    assertThat(now.changes())
        .filteredOn(change -> change.what().startsWith("REVOKE"))
        .singleElement()
        .extracting(Change::before, Change::after)
        .containsExactly("no", "yes");
    assertThat(now.changes())
        .filteredOn(change -> change.what().equals("USE_POLICY.md"))
        .singleElement()
        .extracting(Change::before)
        .isEqualTo("");
    for (String text :
        List.of(
            TextReport.text(now, Optional.empty(), true),
            JsonReport.text(now, Optional.empty()),
            HtmlReport.html(now, Optional.empty()))) {
      assertThat(text).contains("NVIDIA Open Model License", "REVOKE");
    }
  }

  @Test
  void answersThatAreLostForOneReasonAreToldTogether() {
    ModelFolders folders = new ModelFolders(root);
    AuditReport old = report(folders.licensed("old", "MIT", "mit"));
    Folder tuned =
        folders.licensed("tuned", "MIT", "mit").card("license: mit\nbase_model: gone/away\n", "");
    AuditReport now = report(tuned).since(old);
    assertThat(now.changes())
        .filteredOn(change -> change.kind().equals("rule"))
        .singleElement()
        .satisfies(change -> {
          assertThat(change.before()).contains("COMM=yes", "GEO=none").doesNotContain("NOTICE");
          assertThat(change.after()).contains("gone/away");
        });
    assertThat(now.lineage().answer(RuleId.NOTICE).answer()).isEqualTo("required");
  }

  @Test
  void weightsOfTheSameSizeAreToldApartByTheirBytes() {
    ModelFolders folders = new ModelFolders(root);
    Folder one = folders.licensed("one", "MIT", "mit").file("extra.onnx", "aaaa");
    Folder two = folders.licensed("two", "MIT", "mit").file("extra.onnx", "aaab");
    assertThat(report(two).since(report(one)).changes())
        .extracting(Change::kind, Change::what)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("weights", "extra.onnx"));
  }

  @Test
  void deadLinksAreFoundAndOthersAreUnknown() {
    Subject subject =
        FolderSubject.read(
            "linked",
            new ModelFolders(root)
                .licensed("linked", "MIT", "mit")
                .card(
                    "license: mit\ndatasets: [org/gone, org/there]\nlicense_link: file:///etc\n",
                    "See (https://slow.example/a), http://plain.example and"
                        + " https://user@host.example/x or https://[bad.\n")
                .path(),
            false);
    List<URI> asked = new ArrayList<>();
    List<Finding> findings =
        Links.check(
            subject,
            address -> {
              asked.add(address);
              String host = address.toString();
              Optional<Integer> code =
                  host.contains("slow")
                      ? Optional.empty()
                      : Optional.of(host.contains("gone") ? 404 : 200);
              return new Links.Probe.Answer(code, "as the test has it");
            });
    assertThat(asked)
        .containsExactly(
            URI.create("https://huggingface.co/datasets/org/gone"),
            URI.create("https://huggingface.co/datasets/org/there"),
            URI.create("https://slow.example/a"));
    assertThat(findings)
        .extracting(Finding::verdict)
        .containsExactly(Verdict.FOUND, Verdict.UNKNOWN);
    assertThat(findings.getFirst().evidence().getFirst().quote()).isEqualTo("org/gone");
  }

  @Test
  void textsOfOthersAreOnlyTextInReports() {
    Folder folder =
        new ModelFolders(root)
            .licensed("hostile", "MIT", "mit")
            .file("LICENSE", WrittenLicences.text("MIT") + "<script>alert(1)</script>")
            .card(
                "license: \"<img src=x onerror=alert(1)>\"\nlanguage: \"\\e[31mred\\u202E\"\n",
                "Annotators: <b onclick=x>\u001b[2J\u202e\n");
    AuditReport report = report(folder);
    String page = HtmlReport.html(report, Optional.of(Profile.HOME));
    assertThat(page).doesNotContain("<script", "<img", "<b onclick", "\u001b", "\u202e");
    String text = TextReport.text(report, Optional.empty(), true);
    assertThat(text).contains("Annotators").doesNotContain("\u001b", "\u202e");
  }
}
