package dev.freehold.agent.permission;

import dev.freehold.agent.tool.Effect;

/// One rule: what is said of a tool's effects on subjects that a pattern names.
///
/// @param tool its name; `*` for all
/// @param pattern over the subject, see [SubjectPattern]
public record Rule(Verdict verdict, String tool, String pattern) {
  boolean fits(String calledTool, Effect.Subject subject) {
    return (tool.equals("*") || tool.equals(calledTool))
        && SubjectPattern.matches(pattern, subject);
  }
}
