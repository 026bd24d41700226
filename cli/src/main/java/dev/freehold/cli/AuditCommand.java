package dev.freehold.cli;

import dev.freehold.audit.Audit;
import dev.freehold.audit.AuditReport;
import dev.freehold.audit.Links;
import dev.freehold.audit.Profile;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.report.HtmlReport;
import dev.freehold.audit.report.JsonReport;
import dev.freehold.audit.report.TextReport;
import dev.freehold.audit.subject.Subject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold audit`: how open a model is and what its licence asks, from stored bytes.
@Command(
    name = "audit",
    description = {
      "Tells from evidence how open a model is and what its licence forbids: ownership risks first,"
          + " then findings, what may be done with weights, recipe and data, the rules of its"
          + " licence and of all it was made from, and its grade by two frameworks.",
      "It is a reading aid that quotes what it read, not legal advice. What nobody can tell is"
          + " unknown, which never counts as open."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold audit MODEL",
      "  freehold audit MODEL --profile company-product",
      "  freehold audit team/assistant:2026-05 --since team/assistant@sha256:...",
      "  freehold audit MODEL --since OLD --check-links",
      "  freehold audit demo --record verification.json --signer theirs.pub",
      "  freehold audit FOLDER --format html --out audit.html"
    })
final class AuditCommand implements Callable<Integer> {
  /// How a report is written.
  enum Form {
    TEXT,
    JSON,
    HTML
  }

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A folder, a GGUF file, a model that list shows, or a kept one: NAME:TAG or NAME@DIGEST.")
  private String model = "";

  @Option(
      names = "--profile",
      paramLabel = "USE",
      description =
          "What it is wanted for: company-product, hosted-api, public-body, research or home."
              + " Findings that stand against it end the command with 3, unknown ones with 4.")
  private Optional<String> profile = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "text, json, or html: one page without scripts. Default: text.")
  private Form form = Form.TEXT;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the report there.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--evidence", description = "Print every quotation and every component.")
  private boolean evidence;

  @Option(
      names = "--since",
      paramLabel = "OLD",
      description =
          "Also tell what changed since another copy of the model: terms, card, weights, grade."
              + " Reads all weights for their digests.")
  private Optional<String> since = Optional.empty();

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "What \"verify demo\" wrote down on another machine when it ran the recipe; FILE.sig"
              + " beside it is its signature, by the key of --signer. Whose word it is stands in"
              + " the report.")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--signer",
      paramLabel = "KEY",
      description = "The public key of whom you trust to have run the recipe, for --record.")
  private Optional<Path> signer = Optional.empty();

  @Option(
      names = "--check-links",
      description = "Ask over the network whether the addresses that the card names answer.")
  private boolean checkLinks;

  AuditCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (record.isPresent() != signer.isPresent()) {
      throw new CliException(
          Exit.USAGE,
          "--record and --signer go together: a record of others says nothing without a signature",
          "Add --signer KEY, the public key of whom you trust.");
    }
    Optional<Profile> wanted = profile.map(AuditCommand::profile);
    AuditSubjects subjects = new AuditSubjects(surroundings);
    Audit audit = new Audit(RuleBook.load(), subjects);
    Subject subject = subjects.named(model, since.isPresent());
    if (record.isPresent()) {
      subject = RebuildRecord.signed(subject, record.get(), signer.orElseThrow());
    }
    AuditReport report = audit.of(subject);
    if (since.isPresent()) {
      report = report.since(audit.of(subjects.named(since.get(), true)));
    }
    if (checkLinks) {
      try (WebLinks web = new WebLinks(surroundings)) {
        report = report.and(Links.check(subject, web));
      }
    }
    write(report, wanted);
    return exit(report, wanted).code();
  }

  private void write(AuditReport report, Optional<Profile> wanted) {
    String text =
        switch (form) {
          case TEXT -> TextReport.text(report, wanted, evidence);
          case JSON -> JsonReport.text(report, wanted);
          case HTML -> HtmlReport.html(report, wanted);
        };
    if (out.isEmpty()) {
      surroundings.out().print(text);
      return;
    }
    WholeFile.write(out.get(), text);
    surroundings.out().println(out.get());
  }

  private static Profile profile(String name) {
    return Profile.named(name)
        .orElseThrow(() ->
            new CliException(
                Exit.USAGE,
                "--profile %s is none".formatted(name),
                "Choose one of "
                    + Arrays.stream(Profile.values())
                        .map(Profile::label)
                        .collect(Collectors.joining(", "))
                    + "."));
  }

  private static Exit exit(AuditReport report, Optional<Profile> wanted) {
    if (wanted.isEmpty()) {
      return Exit.OK;
    }
    if (!wanted.get().blocking(report).isEmpty()) {
      return Exit.NOT_GOOD_ENOUGH;
    }
    return wanted.get().undecided(report).isEmpty() ? Exit.OK : Exit.NOT_DECIDED;
  }
}
