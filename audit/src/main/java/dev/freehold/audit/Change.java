package dev.freehold.audit;

import dev.freehold.audit.subject.Span;
import java.util.List;

/// Something about a model that is not what it was in an earlier copy.
///
/// @param kind `licence`, `rule`, `card`, `claim`, `weights`, `file`, `source` or `grade`
/// @param what changed: a document, a rule, a field
/// @param before what it was; empty where it was not there
/// @param after what it is; empty where it is not there any more
/// @param evidence quotations of the later copy
public record Change(String kind, String what, String before, String after, List<Span> evidence) {
  public Change {
    evidence = List.copyOf(evidence);
  }
}
