package dev.freehold.cli;

import dev.freehold.audit.Audit;
import dev.freehold.audit.AuditException;
import dev.freehold.audit.AuditReport;
import dev.freehold.audit.Finding;
import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.licence.Licence;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.chat.ChatException;
import dev.freehold.hub.FoundModel;
import dev.freehold.server.page.OpennessSource;
import dev.freehold.vault.VaultException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// What audits found of the models that a server offers; each is audited once per version, one
/// after the other, while the page that shows it goes on without it.
final class ServedOpenness implements OpennessSource {
  private final MachineModels models;
  private final AuditSubjects subjects;
  private final Map<String, Openness> byVersion = new ConcurrentHashMap<>();
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isAuditing = new AtomicBoolean();

  ServedOpenness(Surroundings surroundings, MachineModels models) {
    this.models = models;
    this.subjects = new AuditSubjects(surroundings);
  }

  @Override
  public Optional<Openness> openness(String name) {
    Optional<FoundModel> model = models.offered(name);
    if (model.isEmpty()) {
      return Optional.empty();
    }
    String version = models.version(name);
    Optional<Openness> known = Optional.ofNullable(byVersion.get(version));
    if (known.isEmpty() && !unreadable.contains(version) && isAuditing.compareAndSet(false, true)) {
      Thread.ofVirtual().start(() -> audit(model.get(), version));
    }
    return known;
  }

  private void audit(FoundModel model, String version) {
    try {
      AuditReport report = new Audit(RuleBook.load(), subjects).of(subjects.of(model));
      byVersion.put(version, told(report));
    } catch (AuditException | CliException | ChatException | VaultException notToBeRead) {
      unreadable.add(version);
    } finally {
      isAuditing.set(false);
    }
  }

  /// A report in short.
  static Openness told(AuditReport report) {
    List<String> licences =
        report.lineage().models().getFirst().recognised().stream().map(Licence::name).toList();
    return new Openness(
        report.grade().className(),
        report.grade().meetsDefinition(),
        licences,
        report.risks().stream()
            .filter(risk -> risk.verdict() == Verdict.FOUND)
            .map(Finding::title)
            .toList(),
        (int) report.risks().stream().filter(risk -> risk.verdict() == Verdict.UNKNOWN).count());
  }
}
