package dev.freehold.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.ModelFolders.Folder;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.WrittenLicences;
import dev.freehold.audit.report.TextReport;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.FolderSubject;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Subject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that are open, that only look so and that are not, graded as they must be.
class GradedFoldersTest {
  @TempDir private Path root = Path.of("");

  private final RuleBook book = RuleBook.load();
  private final Map<String, Subject> atHand = new HashMap<>();

  /// What is expected of a model.
  ///
  /// @param risks ownership risks that are found, by their first letters in order; `?` where
  ///   unknown
  /// @param has findings that must be there
  private record Expected(
      String risks, String usable, String passOn, int mofClass, boolean definition, String has) {}

  private final Map<String, Subject> subjects = new TreeMap<>();
  private final Map<String, Expected> expected = new TreeMap<>();

  private void add(Folder folder, Expected wanted) {
    String name = String.valueOf(folder.path().getFileName());
    subjects.put(name, FolderSubject.read(name, folder.path(), false));
    expected.put(name, wanted);
  }

  private static Expected expect(
      String risks, String usable, String passOn, int mofClass, boolean definition, String has) {
    return new Expected(risks, usable, passOn, mofClass, definition, has);
  }

  private static final String NONE = ".......";
  private static final String ALL_UNKNOWN = "???????";

  /// Models under open licences, with all or some of their components.
  private void addOpen(ModelFolders folders) {
    add(
        folders.open("open-apache", "Apache-2.0", "apache-2.0"),
        expect(NONE, "yes", "yes", 1, true, ""));
    add(
        folders.open("open-openmdw", "LicenseRef-OpenMDW-1.1", "openmdw-1.1"),
        expect(NONE, "yes", "yes", 1, true, "SUIT"));
    add(
        folders.open("open-without-data", "MIT", "mit").without("data/texts.jsonl"),
        expect(NONE, "yes", "yes", 2, true, ""));
    add(
        folders
            .open("open-data-not-described", "MIT", "mit")
            .without("data/texts.jsonl")
            .file("data-card.md", "# Data card\n\nTexts.\n"),
        expect(NONE, "yes", "yes", 2, false, ""));
    add(
        folders.open("open-tooling", "Apache-2.0", "apache-2.0").without("data/preprocess.py"),
        expect(NONE, "yes", "yes", 2, false, ""));
    add(
        folders.open("open-model", "Apache-2.0", "apache-2.0").without("training/train.py"),
        expect(NONE, "yes", "yes", 3, false, ""));
    add(
        folders.licensed("open-weights", "Apache-2.0", "apache-2.0"),
        expect(NONE, "yes", "yes", 0, false, ""));
    add(
        folders
            .open("open-closed-data", "Apache-2.0", "apache-2.0")
            .file("data/LICENSE", WrittenLicences.text("CC-BY-NC-4.0")),
        expect(NONE, "yes", "yes", 2, false, ""));
  }

  @Test
  void weightsThatCannotBeOpenedAreNoParameters() {
    Folder folder =
        new ModelFolders(root)
            .open("broken", "MIT", "mit")
            .file("model.safetensors", "no header at all");
    Subject subject = FolderSubject.read("broken", folder.path(), false);
    AuditReport report = new Audit(book, name -> Optional.empty()).of(subject);
    assertThat(report.grade().mofClass()).isZero();
    assertThat(report.grade().meetsDefinition()).isFalse();
  }

  /// Models that are less open than they say.
  private void addWashed(ModelFolders folders) {
    add(
        folders
            .licensed("washed-links-only", "Apache-2.0", "apache-2.0")
            .card(
                "license: apache-2.0\ndatasets: [some/where]\n",
                "Code: https://github.com/x/y Paper: https://arxiv.org/abs/1\n"),
        expect(NONE, "yes", "yes", 0, false, ""));
    add(
        folders
            .open("washed-with-policy", "Apache-2.0", "apache-2.0")
            .file(
                "USE_POLICY.md",
                "You agree not to use the model for these. We may update this policy. You will"
                    + " indemnify and hold us harmless."),
        expect("C......", "conditional", "conditional", 0, false, "FIELD INDEM"));
    add(
        folders
            .open("washed-by-card", "MIT", "mit")
            .card("license: mit\n", "For research purposes only.\n"),
        expect(NONE, "conditional", "conditional", 0, false, "COMM"));
    add(
        folders
            .licensed("washed-by-added-terms", "MIT", "mit")
            .file(
                "LICENSE",
                WrittenLicences.text("MIT")
                    + "We may revoke this license at any time.\n"
                    + "and so on ".repeat(100)),
        expect("..R....", "conditional", "conditional", 0, false, "licence-has-more"));
    add(
        folders.licensed("claim-differs", "LicenseRef-Llama-3.1", "apache-2.0"),
        expect("CA...E.", "conditional", "conditional", 0, false, "licence-differs MAU"));
  }

  private void addRestricted(ModelFolders folders) {
    add(
        folders.licensed("non-commercial", "CC-BY-NC-4.0", "cc-by-nc-4.0"),
        expect(NONE, "conditional", "conditional", 0, false, "COMM"));
    add(
        folders.licensed("research-only", "LicenseRef-Mistral-MRL-0.1", "other"),
        expect(NONE, "conditional", "conditional", 0, false, "COMM OUT"));
    add(
        folders
            .licensed("gated", "Apache-2.0", "apache-2.0")
            .card(
                "license: apache-2.0\nextra_gated_prompt: \"You will indemnify and hold us"
                    + " harmless. We may restrict (remotely or otherwise) use.\"\n",
                ""),
        expect("...R...", "conditional", "conditional", 0, false, "GATE INDEM"));
    add(
        folders.licensed("user-threshold", "LicenseRef-Llama-3.1", "llama3.1"),
        expect("CA...E.", "conditional", "conditional", 0, false, "MAU TRAIN NAME policy-missing"));
    add(
        folders.licensed("eu-excluded", "LicenseRef-Llama-3.2", "llama3.2"),
        expect("CA...EG", "conditional", "conditional", 0, false, "GEO MAU"));
    add(
        folders
            .licensed("eu-excluded-in-policy", "Apache-2.0", "apache-2.0")
            .file(
                "USE_POLICY.md",
                "No rights are granted to anyone domiciled in the European Union."),
        expect("......G", "conditional", "conditional", 0, false, "GEO"));
    add(
        folders.licensed("mutable-terms", "LicenseRef-Falcon-2-11B", "other"),
        expect("CA.....", "conditional", "conditional", 0, false, "FIELD PASS"));
    add(
        folders.licensed("revocable", "LicenseRef-NVIDIA-Open-Model", "other"),
        expect("CAR....", "conditional", "conditional", 0, false, "GUARD SUIT"));
    add(
        folders.licensed("latest-version", "LicenseRef-BigScience-BLOOM-RAIL-1.0", "other"),
        expect("...RL..", "conditional", "conditional", 0, false, "HOST PASS FIELD"));
    add(
        folders.licensed("output-restrictions", "LicenseRef-Tongyi-Qianwen", "other"),
        expect(".....E.", "conditional", "conditional", 0, false, "TRAIN OUT MAU"));
    add(
        folders.licensed("revenue-threshold", "LicenseRef-Stability-Community", "other"),
        expect("CAR..E.", "conditional", "conditional", 0, false, "REV TRAIN"));
    add(
        folders.licensed("acceptable-use", "LicenseRef-DeepSeek-1.0", "deepseek"),
        expect("...R...", "conditional", "conditional", 0, false, "FIELD HOST PASS DISTIL"));
  }

  /// Models of which something is missing or hidden.
  private void addUnknown(ModelFolders folders) {
    add(
        folders.bare("no-licence").card("language: en\n", ""),
        expect(ALL_UNKNOWN, "unknown", "unknown", 0, false, "licence-missing"));
    add(
        folders.bare("claim-without-text").card("license: apache-2.0\n", ""),
        expect(ALL_UNKNOWN, "unknown", "unknown", 0, false, "licence-missing"));
    add(
        folders.bare("restricted-claim-without-text").card("license: llama3.2\n", ""),
        expect("CA???EG", "unknown", "unknown", 0, false, "licence-missing MAU GEO"));
    add(
        folders.bare("unknown-text").file("LICENSE", "Be kind, and do as you like.\n"),
        expect(ALL_UNKNOWN, "unknown", "unknown", 0, false, "licence-unknown"));
    add(
        folders
            .licensed("pointers", "Apache-2.0", "apache-2.0")
            .without("model.safetensors")
            .pointer("model.safetensors"),
        expect(NONE, "no", "yes", 0, false, "pointers weights-absent"));
    add(
        folders
            .licensed("pickle", "Apache-2.0", "apache-2.0")
            .without("model.safetensors")
            .file("pytorch_model.bin", "x"),
        expect(NONE, "no", "yes", 0, false, "pickle weights-absent"));
    add(
        folders
            .licensed("custom-code", "Apache-2.0", "apache-2.0")
            .file(
                "config.json", "{\"model_type\": \"own\", \"auto_map\": {\"AutoModel\": \"x.Y\"}}"),
        expect(NONE, "yes", "yes", 0, false, "custom-code"));
    add(
        folders
            .licensed("damaged-weights", "Apache-2.0", "apache-2.0")
            .file("model.safetensors", "no header at all"),
        expect(NONE, "no", "yes", 0, false, "weights-unreadable"));
  }

  private void addTuned(ModelFolders folders) {
    Subject llama =
        FolderSubject.read(
            "meta/llama",
            folders.licensed("llama", "LicenseRef-Llama-3.1", "llama3.1").path(),
            false);
    atHand.put("meta/llama", llama);
    atHand.put(
        "free/base",
        FolderSubject.read("free/base", folders.licensed("free", "MIT", "mit").path(), false));
    add(
        folders
            .open("tuned-of-restricted", "Apache-2.0", "apache-2.0")
            .card("license: apache-2.0\nbase_model: meta/llama\n", ""),
        expect("CA...E.", "conditional", "conditional", 0, false, "MAU NAME"));
    add(
        folders
            .open("tuned-of-absent", "Apache-2.0", "apache-2.0")
            .card("license: apache-2.0\nbase_model: [gone/away]\n", ""),
        expect(ALL_UNKNOWN, "unknown", "unknown", 0, false, "base-absent"));
    add(
        folders
            .open("tuned-of-open", "Apache-2.0", "apache-2.0")
            .card(
                "license: apache-2.0\nbase_model: free/base\n",
                "## Evaluation\n\n| sums | 97.5 |\n"),
        expect(NONE, "yes", "yes", 1, true, ""));
    add(
        folders
            .licensed("merge", "MIT", "mit")
            .card("license: mit\nbase_model: [free/base, meta/llama]\n", ""),
        expect("CA...E.", "conditional", "conditional", 0, false, "MAU"));
  }

  private static String letters(AuditReport report) {
    return report.risks().stream()
        .map(risk ->
            switch (risk.verdict()) {
              case FOUND -> risk.id().substring(0, 1);
              case NOT_FOUND -> ".";
              case UNKNOWN -> "?";
            })
        .collect(Collectors.joining());
  }

  private static Expected found(AuditReport report, String wanted) {
    List<String> ids =
        report.findings().stream()
            .filter(finding -> finding.verdict() == Verdict.FOUND)
            .map(Finding::id)
            .toList();
    List<String> has = new ArrayList<>(List.of(wanted.split(" ")));
    has.removeIf(id -> !ids.contains(id) && !id.isEmpty());
    return new Expected(
        letters(report),
        report.question("weights-usable").answer(),
        report.question("weights-redistributable").answer(),
        report.grade().mofClass(),
        report.grade().meetsDefinition(),
        String.join(" ", has));
  }

  @Test
  void foldersAreGradedAsTheyMustBe() {
    ModelFolders folders = new ModelFolders(root);
    addOpen(folders);
    addWashed(folders);
    addRestricted(folders);
    addUnknown(folders);
    addTuned(folders);
    assertThat(subjects).hasSizeGreaterThanOrEqualTo(20);
    Audit audit = new Audit(book, name -> Optional.ofNullable(atHand.get(name)));
    Map<String, Expected> found = new TreeMap<>();
    StringBuilder table =
        new StringBuilder(
            "%-30s %-8s %-12s %-12s %-4s %-6s %s%n"
                .formatted("model", "risks", "usable", "pass on", "MOF", "OSAID", "findings"));
    subjects.forEach((name, subject) -> {
      AuditReport report = audit.of(subject);
      Expected result =
          found(report, expected.getOrDefault(name, expect("", "", "", 0, false, "")).has());
      found.put(name, result);
      table.append(
          "%-30s %-8s %-12s %-12s %-4d %-6s %s%n"
              .formatted(
                  name,
                  result.risks(),
                  result.usable(),
                  result.passOn(),
                  result.mofClass(),
                  result.definition() ? "yes" : "no",
                  result.has()));
    });
    System.out.println(table);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void whatNobodyKnowsIsNeverOpen() {
    ModelFolders folders = new ModelFolders(root);
    addUnknown(folders);
    addTuned(folders);
    Audit audit = new Audit(book, name -> Optional.empty());
    subjects
        .values()
        .forEach(subject -> {
          AuditReport report = audit.of(subject);
          boolean known = report.lineage().absent().isEmpty();
          boolean hasText = report.finding("licence-missing").isEmpty();
          if (!known || !hasText) {
            assertThat(report.grade().mofClass()).as(subject.name()).isZero();
            assertThat(report.grade().meetsDefinition()).as(subject.name()).isFalse();
            assertThat(report.question("weights-usable").answer()).isNotEqualTo("yes");
          }
        });
  }

  @Test
  void aRecipeThatWasRunIsTold() {
    ModelFolders folders = new ModelFolders(root);
    Folder folder =
        folders
            .open("rebuilt", "Apache-2.0", "apache-2.0")
            .without("data/texts.jsonl")
            .file(
                "openness.yaml",
                "datasets: {rebuilt_by: recipe.yaml}\nsample_outputs: {path: gone.md}\n");
    Subject subject = FolderSubject.read("rebuilt", folder.path(), false);
    Audit audit = new Audit(book, name -> Optional.empty());
    AuditReport before = audit.of(subject);
    assertThat(before.grade().mofClass()).isEqualTo(2);
    assertThat(before.question("recipe-reproduces").answer()).isEqualTo("unknown");
    Span record = new Span("rebuilt.json", "ab".repeat(32), 0, "equal");
    Evidence done =
        new Evidence(
            Optional.of(
                new Evidence.Rebuilt(
                    Set.of(Evidence.Part.DATA, Evidence.Part.WEIGHTS),
                    false,
                    "all steps equal",
                    record)),
            Optional.empty());
    AuditReport after = audit.of(subject.with(done));
    assertThat(after.grade().mofClass()).isEqualTo(1);
    assertThat(after.question("recipe-reproduces").answer()).isEqualTo("yes");
    assertThat(after.question("data-obtainable").answer()).isEqualTo("yes");
  }

  @Test
  void whatIsUnknownForOneReasonIsToldOnce() {
    ModelFolders folders = new ModelFolders(root);
    addUnknown(folders);
    Audit audit = new Audit(book, name -> Optional.empty());
    AuditReport report = audit.of(subject("no-licence"));
    String text = TextReport.text(report, Optional.empty(), false);
    assertThat(text).contains("COMM MAU REV FIELD TRAIN");
    assertThat(TextReport.text(report, Optional.empty(), true).lines().count())
        .isGreaterThan(text.lines().count());
  }

  @Test
  void profilesChangeWhatIsBlocking() {
    ModelFolders folders = new ModelFolders(root);
    addRestricted(folders);
    addUnknown(folders);
    Audit audit = new Audit(book, name -> Optional.empty());
    AuditReport nonCommercial = audit.of(subject("non-commercial"));
    assertThat(Profile.COMPANY_PRODUCT.blocking(nonCommercial))
        .extracting(Finding::id)
        .contains("COMM");
    assertThat(Profile.RESEARCH.blocking(nonCommercial)).isEmpty();
    AuditReport acceptable = audit.of(subject("acceptable-use"));
    assertThat(Profile.HOSTED_API.blocking(acceptable)).extracting(Finding::id).contains("HOST");
    assertThat(Profile.PUBLIC_BODY.blocking(acceptable)).extracting(Finding::id).contains("FIELD");
    AuditReport claim = audit.of(subject("claim-without-text"));
    assertThat(Profile.COMPANY_PRODUCT.blocking(claim)).isEmpty();
    assertThat(Profile.COMPANY_PRODUCT.undecided(claim)).extracting(Finding::id).contains("COMM");
  }

  private Subject subject(String name) {
    return Optional.ofNullable(subjects.get(name)).orElseThrow();
  }
}
