package dev.freehold.audit.licence;

import java.util.List;
import java.util.Map;

/// A licence that is known: how its text is recognised and what is published of it.
///
/// @param id SPDX identifier, or `LicenseRef-` and a name
/// @param name for people
/// @param open whether OSI or the FSF approved it, or it is an open data licence
/// @param claims what cards call it, in lower case
/// @param marks phrases that all stand in its text
/// @param without phrases that make it another one
/// @param words the length of its text; 0 where it varies
/// @param grants to use, modify and redistribute weights
/// @param facts answers where they are not the mildest
/// @param notes what a fact means, where its answer does not say it
public record Licence(
    String id,
    String name,
    boolean open,
    List<String> claims,
    List<Phrase> marks,
    List<Phrase> without,
    int words,
    Grants grants,
    Map<RuleId, String> facts,
    Map<RuleId, String> notes) {
  /// What may be done with weights: `yes`, `conditional` or `no` each.
  public record Grants(String use, String modify, String redistribute) {
    static final Grants ALL = new Grants("yes", "yes", "yes");
  }

  public Licence {
    claims = List.copyOf(claims);
    marks = List.copyOf(marks);
    without = List.copyOf(without);
    facts = Map.copyOf(facts);
    notes = Map.copyOf(notes);
  }

  /// What is published of it on a rule, as a reason.
  String reason(RuleId rule, String how) {
    String note = notes.get(rule);
    return "published of %s, %s%s".formatted(name, how, note == null ? "" : ": " + note);
  }
}
