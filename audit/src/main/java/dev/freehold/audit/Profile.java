package dev.freehold.audit;

import dev.freehold.audit.licence.RuleId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A use that a model is wanted for, and the findings that stand against it.
public enum Profile {
  /// A company puts it into what it sells.
  COMPANY_PRODUCT(
      Set.of("COMM", "REV", "CHANGE", "REVOKE", "REMOTE", "LATEST", "GEO", "licence-differs")),
  /// A company lets others use it over a network.
  HOSTED_API(
      Set.of(
          "COMM",
          "MAU",
          "REV",
          "CHANGE",
          "REVOKE",
          "REMOTE",
          "LATEST",
          "GEO",
          "PASS",
          "HOST",
          "licence-differs")),
  /// A public body, courts and police included.
  PUBLIC_BODY(
      Set.of(
          "FIELD",
          "CHANGE",
          "AUPURL",
          "REVOKE",
          "REMOTE",
          "LATEST",
          "GEO",
          "INDEM",
          "GATE",
          "licence-differs")),
  /// Research, its results published.
  RESEARCH(Set.of("TRAIN", "OUT", "REVOKE", "GEO")),
  /// A person at home.
  HOME(Set.of("GEO", "REMOTE"));

  /// What stands against every use.
  private static final Set<String> ALWAYS = Set.of("weights-absent");

  private final Set<String> against;

  Profile(Set<String> against) {
    this.against = against;
  }

  /// The name as the command line has it.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The profile of this name, in any case.
  public static Optional<Profile> named(String name) {
    return Arrays.stream(values())
        .filter(profile -> profile.label().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /// Whether a finding stands against this use.
  public boolean isAgainst(String finding) {
    return against.contains(finding) || ALWAYS.contains(finding);
  }

  /// The findings that block this use.
  public List<Finding> blocking(AuditReport report) {
    return among(report, Finding.Verdict.FOUND);
  }

  /// The findings that would block this use, and which nobody can tell.
  public List<Finding> undecided(AuditReport report) {
    return among(report, Finding.Verdict.UNKNOWN);
  }

  private List<Finding> among(AuditReport report, Finding.Verdict verdict) {
    return report.findings().stream()
        .filter(finding -> finding.verdict() == verdict && isAgainst(finding.id()))
        .toList();
  }

  /// The rules that can block this use.
  public List<RuleId> rules() {
    return Arrays.stream(RuleId.values()).filter(rule -> against.contains(rule.name())).toList();
  }
}
