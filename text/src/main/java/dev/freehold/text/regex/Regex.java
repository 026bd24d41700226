package dev.freehold.text.regex;

/// A compiled regular expression whose search time is linear in the text.
///
/// Matches are those of a backtracking engine: the leftmost start, and there the first alternative
/// that succeeds. The matcher remembers per instruction and position what has failed, so no work is
/// done twice; patterns that would still take too long (atomic groups can) end in an error by a
/// budget of steps in proportion to the text.
public final class Regex {
  private final String pattern;
  private final Program program;

  private Regex(String pattern, Program program) {
    this.pattern = pattern;
    this.program = program;
  }

  /// @throws dev.freehold.text.TextException for a pattern that is malformed or not supported
  public static Regex compile(String pattern) {
    return new Regex(pattern, PatternCompiler.compile(pattern));
  }

  /// A pattern that matches the text itself.
  public static Regex literal(String text) {
    StringBuilder quoted = new StringBuilder();
    text.codePoints()
        .forEach(cp -> quoted.append("\\x{").append(Integer.toHexString(cp)).append('}'));
    return compile(quoted.toString());
  }

  public String pattern() {
    return pattern;
  }

  /// A new matcher; it serves one thread.
  public Matcher matcher() {
    return new Matcher(pattern, program);
  }
}
