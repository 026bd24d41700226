package dev.freehold.cli;

import dev.freehold.audit.Audit;
import dev.freehold.audit.AuditReport;
import dev.freehold.audit.Finding;
import dev.freehold.audit.Policy;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.subject.Subject;
import dev.freehold.hub.FoundModel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Holds the user's `audit.policy` against models before they are used.
final class AuditPolicy {
  private final Policy policy;
  private final AuditSubjects subjects;

  /// Reads the settings.
  AuditPolicy(Surroundings surroundings) {
    this.policy = Configuration.read(surroundings).policy();
    this.subjects = new AuditSubjects(surroundings);
  }

  boolean isEmpty() {
    return policy.isEmpty();
  }

  /// Refuses a model that the policy does not permit.
  ///
  /// @throws CliException that says what stands against it
  void requirePermitted(FoundModel model) {
    against(model)
        .ifPresent(found -> {
          boolean isPath = model.source() == FoundModel.Source.PATH;
          throw refusal(isPath ? model.path().toString() : model.name(), found);
        });
  }

  /// What stands against a model, in a line; empty where nothing does.
  Optional<String> against(FoundModel model) {
    return policy.isEmpty() ? Optional.empty() : against(subjects.of(model));
  }

  /// The same of what is known of a model before it is fetched.
  Optional<String> against(Subject subject) {
    AuditReport report = new Audit(RuleBook.load(), subjects).of(subject);
    boolean isFetched = !subject.files().isEmpty();
    List<Finding> found =
        policy.against(report).stream()
            .filter(finding -> isFetched || !finding.id().equals("weights-absent"))
            .toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            found.stream()
                .map(f -> "%s (%s: %s)".formatted(f.id(), f.verdict().label(), f.reason()))
                .collect(Collectors.joining("; ")));
  }

  static CliException refusal(String model, String found) {
    return new CliException(
        Exit.NOT_GOOD_ENOUGH,
        "%s is refused by audit.policy in config.json: %s".formatted(model, found),
        "\"freehold audit %s\" quotes what it rests on; the policy is the user's to change."
            .formatted(model));
  }
}
