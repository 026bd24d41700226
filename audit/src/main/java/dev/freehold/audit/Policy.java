package dev.freehold.audit;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.licence.RuleId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The findings for which a model is refused.
///
/// @param refused their names: of rules, or as reports have them; in lower case
/// @param refusesUnknown whether a rule that nobody can answer counts like one that is broken
public record Policy(Set<String> refused, boolean refusesUnknown) {
  private static final List<String> OTHERS =
      List.of(
          "base-absent",
          "custom-code",
          "licence-differs",
          "licence-has-more",
          "licence-missing",
          "licence-several",
          "licence-unknown",
          "link-gone",
          "pickle",
          "pointers",
          "policy-missing",
          "unread",
          "weights-absent",
          "weights-unreadable");

  /// Refuses nothing.
  public static final Policy NONE = new Policy(Set.of(), false);

  /// @throws AuditException where a name is that of no finding
  public Policy {
    Set<String> known = new HashSet<>(OTHERS);
    Arrays.stream(RuleId.values())
        .map(rule -> rule.name().toLowerCase(Locale.ROOT))
        .forEach(known::add);
    for (String name : refused) {
      if (!known.contains(name.toLowerCase(Locale.ROOT))) {
        throw new AuditException(
            "no finding is called \"%s\"; there are: %s"
                .formatted(name, String.join(", ", new TreeSet<>(known))));
      }
    }
    refused =
        refused.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  public boolean isEmpty() {
    return refused.isEmpty();
  }

  /// What stands against a model.
  public List<Finding> against(AuditReport report) {
    return report.findings().stream()
        .filter(finding -> refused.contains(finding.id().toLowerCase(Locale.ROOT)))
        .filter(finding ->
            finding.verdict() == Verdict.FOUND
                || refusesUnknown && finding.verdict() == Verdict.UNKNOWN)
        .toList();
  }
}
