package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorPlaces;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Attached;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Finding;
import dev.freehold.vault.store.Frame;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Vault;
import dev.freehold.vault.store.VaultModels;
import dev.freehold.vault.store.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jline.terminal.spi.SystemStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold verify` of models that are kept in the vault: that all is there, that the bytes are
/// what they were, and that the engine still computes what it did.
final class VaultVerification {
  /// The word for all models of the vault.
  static final String ALL = "vault";

  private static final int MAX_TENSORS = 20;

  @Option(
      names = "--read-data",
      description = "For a kept model: read every byte and compare it with its digest.")
  private boolean readData;

  @Option(
      names = "--subset",
      paramLabel = "SHARE",
      description =
          "With --read-data: only so much of large files, as 5%% or 0.05, in blocks of 1 MiB that"
              + " are chosen by chance.")
  private Optional<String> subset = Optional.empty();

  @Option(
      names = "--golden",
      description = "For a kept model: compute again what it answered when it was kept.")
  private boolean golden;

  @Mixin private VaultOption vault = new VaultOption();

  /// What the engine says of one model's golden test.
  private record Answer(Entry entry, Outcome outcome, String what) {
    /// Whether a command that asks for it must fail.
    boolean isFailure() {
      return outcome == Outcome.DIFFERS;
    }
  }

  /// How a golden test ended.
  private enum Outcome {
    SAME("ok       "),
    DIFFERS("DIFFERS  "),
    /// There is none; only where all models are asked for, this is no failure.
    NONE("none     ");

    private final String prefix;

    Outcome(String prefix) {
      this.prefix = prefix;
    }
  }

  /// Everything that was found, and how it was looked for.
  private record Report(
      List<Entry> entries,
      Verification.Result result,
      List<Answer> answers,
      Map<Finding, List<String>> tensors) {}

  /// Whether any option is only for kept models.
  boolean isAsked() {
    return readData || golden || subset.isPresent();
  }

  /// The models that are meant; empty where the vault has none of that name.
  private List<Entry> entries(Vault opened, String what) {
    if (what.equals(ALL)) {
      return opened.entries();
    }
    try {
      return Attached.with(opened, List.of(opened.find(what)), true);
    } catch (VaultException failure) {
      return List.of();
    }
  }

  /// Verifies, where there is a kept model of this name.
  ///
  /// @return empty where there is none
  Optional<Integer> verify(Surroundings surroundings, String what, boolean json) {
    if (subset.isPresent() && !readData) {
      throw new CliException(Exit.USAGE, "--subset is for --read-data", "Add --read-data.");
    }
    List<Frame.Problem> frame =
        Frame.of(LocalDisk.ofProcess(), Vaults.folder(surroundings, vault.folder())).problems();
    frame.forEach(problem -> tell(surroundings, problem));
    Vault opened;
    try {
      opened = Vaults.open(surroundings, vault.folder());
    } catch (VaultException none) {
      if (none.reason() != VaultException.Reason.NOT_FOUND || what.equals(ALL) || isAsked()) {
        throw none;
      }
      return Optional.empty();
    }
    List<Entry> entries = entries(opened, what);
    if (entries.isEmpty() && !what.equals(ALL)) {
      if (isAsked()) {
        opened.find(what);
      }
      return Optional.empty();
    }
    Verification.Result result =
        StoppableWork.run(() -> check(surroundings, opened, entries), "nothing was changed");
    Map<Finding, List<String>> tensors = new LinkedHashMap<>();
    result.findings().forEach(finding -> tensors.put(finding, tensors(opened, finding)));
    List<Answer> answers = new ArrayList<>();
    if (golden && result.findings().isEmpty()) {
      Outcome without = what.equals(ALL) ? Outcome.NONE : Outcome.DIFFERS;
      entries.forEach(
          entry -> answer(surroundings, opened, entry, without).ifPresent(answers::add));
    }
    Report report = new Report(entries, result, answers, tensors);
    if (json) {
      printJson(surroundings, report);
    } else {
      print(surroundings, report);
    }
    Exit exit = exit(report);
    return Optional.of((exit.equals(Exit.OK) && !frame.isEmpty() ? Exit.DAMAGED : exit).code());
  }

  private static void tell(Surroundings surroundings, Frame.Problem problem) {
    surroundings
        .err()
        .printf(
            "DAMAGED  %s %s; \"freehold vault repair --all\" puts it right%n",
            problem.file(), problem.what());
  }

  private Verification.Result check(Surroundings surroundings, Vault opened, List<Entry> entries)
      throws InterruptedException {
    double share = subset.map(VaultVerification::share).orElse(1.0);
    ByteProgress progress =
        new ByteProgress(
            surroundings.err(),
            TerminalStreams.isTerminal(SystemStream.Error),
            System::nanoTime,
            Math.round(share * bytes(opened, entries)));
    Verification verification = new Verification(opened, done -> progress.at("reading", done));
    try {
      if (!readData) {
        return verification.structure(entries);
      }
      return subset.isEmpty()
          ? verification.data(entries)
          : verification.sample(entries, share, new SecureRandom());
    } finally {
      progress.end();
    }
  }

  private static double share(String text) {
    try {
      boolean isPercent = text.endsWith("%");
      double share =
          isPercent
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (share > 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException noNumber) {
      // told below
    }
    throw new CliException(
        Exit.USAGE, "--subset " + text + ": expected a share such as 5% or 0.05", "");
  }

  private static long bytes(Vault opened, List<Entry> entries) {
    long bytes = 0;
    for (Entry entry : entries) {
      try {
        bytes += opened.manifest(entry.manifest()).bytes();
      } catch (VaultException damaged) {
        bytes += 0; // a finding of its own
      }
    }
    return bytes;
  }

  /// The tensors that damaged bytes of a weight file belong to.
  private static List<String> tensors(Vault opened, Finding finding) {
    if (finding.kind() == Finding.Kind.SIZE) {
      return List.of("(not to be told of a file that was cut or has grown)");
    }
    boolean isWeights = finding.paths().stream().anyMatch(VaultVerification::isWeights);
    Path blob = opened.blobs().path(finding.blob());
    if (!isWeights || finding.ranges().isEmpty() || !Files.isRegularFile(blob)) {
      return List.of();
    }
    try {
      TensorPlaces places = TensorPlaces.of(blob);
      Set<String> hit = new LinkedHashSet<>();
      for (Finding.Range range : finding.ranges()) {
        if (range.start() < places.headerBytes()) {
          hit.add("(the header)");
        }
        places.between(range.start(), range.end()).forEach(place -> hit.add(place.name()));
      }
      return List.copyOf(hit);
    } catch (TensorException damaged) {
      return List.of("(the header, and with it every tensor)");
    }
  }

  private static boolean isWeights(String path) {
    return path.endsWith(".gguf") || path.endsWith(".safetensors");
  }

  /// What the engine computes now, beside what it did; empty of what is no model.
  ///
  /// @param without what it is to have no golden test
  private static Optional<Answer> answer(
      Surroundings surroundings, Vault opened, Entry entry, Outcome without) {
    Manifest manifest = opened.manifest(entry.manifest());
    if (!manifest.isModel()) {
      return Optional.empty();
    }
    Optional<Manifest.KeptFile> kept = manifest.files(Role.GOLDEN).stream().findFirst();
    Optional<FoundModel> found = VaultModels.model(opened, entry);
    if (kept.isEmpty() || found.isEmpty()) {
      return Optional.of(
          new Answer(entry, without, "has no golden test; \"vault add --golden\" records one"));
    }
    surroundings.err().println("computing again what " + entry.label() + " answered");
    byte[] bytes = opened.blobs().read(kept.get().blob(), 1 << 16);
    Golden before = Golden.parse(bytes, entry.label());
    Golden now;
    try {
      now = before.again(found.get());
    } catch (RuntimeException failure) {
      if (Failure.of("verify", failure).exit().equals(Exit.BUG)) {
        throw failure;
      }
      return Optional.of(
          new Answer(entry, Outcome.DIFFERS, "no longer runs: " + failure.getMessage()));
    }
    boolean isSame = now.logits().equals(before.logits()) && now.text().equals(before.text());
    return Optional.of(
        new Answer(
            entry,
            isSame ? Outcome.SAME : Outcome.DIFFERS,
            isSame
                ? "gives the same logits to the bit: " + now.logits()
                : "logits hash to %s, and hashed to %s".formatted(now.logits(), before.logits())));
  }

  private Exit exit(Report report) {
    List<Finding> findings = report.result().findings();
    if (findings.stream().anyMatch(finding -> !finding.isOfBytes())) {
      return Exit.DAMAGED;
    } else if (!findings.isEmpty()) {
      return Exit.BYTES_DAMAGED;
    }
    return report.answers().stream().noneMatch(Answer::isFailure)
        ? Exit.OK
        : Exit.ANSWERS_OTHERWISE;
  }

  private String scope() {
    if (!readData) {
      return "structure";
    }
    return subset
        .map(share -> "structure, and the bytes of " + share + " of large files")
        .orElse("structure and every byte");
  }

  private void print(Surroundings surroundings, Report report) {
    for (Map.Entry<Finding, List<String>> found : report.tensors().entrySet()) {
      Finding finding = found.getKey();
      String name =
          finding.paths().isEmpty()
              ? finding.blob().toString()
              : String.join(", ", finding.paths());
      surroundings
          .out()
          .println(Failure.printable("DAMAGED  %s %s".formatted(name, finding.what())));
      for (Finding.Range range : finding.ranges()) {
        surroundings.out().printf("         bytes %d to %d%n", range.start(), range.end());
      }
      List<String> tensors = found.getValue();
      if (!tensors.isEmpty()) {
        String more = tensors.size() > MAX_TENSORS ? ", ..." : "";
        surroundings
            .out()
            .println(
                "         tensors: "
                    + Failure.printable(
                        String.join(", ", tensors.stream().limit(MAX_TENSORS).toList()) + more));
      }
    }
    for (Answer answer : report.answers()) {
      surroundings
          .out()
          .println(
              answer.outcome().prefix
                  + Failure.printable(answer.entry().label() + " " + answer.what()));
    }
    surroundings
        .out()
        .printf(
            "%s: %d models and attachments, %d blobs, %s read; %s, at %s%n",
            report.result().findings().isEmpty() ? "whole" : "damaged",
            report.entries().size(),
            report.result().blobs(),
            Sizes.bytes(report.result().bytes()),
            scope(),
            surroundings.clock().instant());
  }

  private void printJson(Surroundings surroundings, Report report) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("checked", scope());
        printer.field("time", surroundings.clock().instant().toString());
        printer.field("entries", report.entries().size());
        printer.field("blobs", report.result().blobs());
        printer.field("bytes", report.result().bytes());
        printer.array(
            "findings",
            report.tensors().entrySet(),
            found ->
                printer.object(() -> {
                  Finding finding = found.getKey();
                  printer.field("kind", finding.kind().name().toLowerCase(Locale.ROOT));
                  printer.field("digest", finding.blob().toString());
                  printer.array("paths", finding.paths(), printer::value);
                  printer.field("what", finding.what());
                  printer.array(
                      "ranges",
                      finding.ranges(),
                      range ->
                          printer.object(() -> {
                            printer.field("start", range.start());
                            printer.field("end", range.end());
                          }));
                  printer.array("tensors", found.getValue(), printer::value);
                }));
        printer.array(
            "golden",
            report.answers(),
            answer ->
                printer.object(() -> {
                  printer.field("name", answer.entry().label());
                  printer.field("outcome", answer.outcome().name().toLowerCase(Locale.ROOT));
                  printer.field("what", answer.what());
                }));
      });
    }
  }
}
