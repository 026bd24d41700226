package dev.freehold.text;

import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.IntList;
import dev.freehold.text.unicode.Unicode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/// Finds added tokens in a text: the leftmost, and there the longest that is allowed.
final class AddedTokens {
  static final int MAX_LENGTH = 512;

  private static final long STEPS_PER_CHARACTER = 64;
  private static final long FREE_STEPS = 1_000_000;

  /// Which tokens count where.
  enum Policy {
    /// All tokens, trusted text or not.
    ALL,
    /// All but special tokens.
    NO_SPECIALS,
    /// Marks only where all of their characters are trusted.
    BY_TRUST
  }

  /// Takes the parts of a text in order.
  interface Parts {
    void text(int from, int to);

    void token(AddedToken token);
  }

  private final List<AddedToken> tokens = new ArrayList<>();
  private final BitSet firsts = new BitSet();
  // a trie; per node the token that ends there, or -1
  private final Transitions children = new Transitions();
  private final IntList ends = new IntList();

  /// @param form the text that a token is looked for as
  AddedTokens(List<AddedToken> tokens, Function<AddedToken, String> form) {
    ends.add(-1);
    for (AddedToken token : tokens) {
      String text = form.apply(token);
      if (!text.isEmpty()) {
        this.tokens.add(token);
        insert(text.codePoints().toArray(), this.tokens.size() - 1);
      }
    }
  }

  private void insert(int[] points, int token) {
    int node = 0;
    firsts.set(points[0]);
    for (int cp : points) {
      int child = children.get(node, cp);
      if (child < 0) {
        child = ends.size();
        children.put(node, cp, child);
        ends.add(-1);
      }
      node = child;
    }
    ends.set(node, token);
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  /// Cuts a text into added tokens and what lies between.
  void split(CodePoints text, Policy policy, Parts parts) {
    int done = 0;
    int length = text.length();
    int[] points = text.array();
    Search search = new Search(text, policy);
    for (int i = 0; i < length; ) {
      if (!firsts.get(points[i])) {
        i++;
        continue;
      }
      long match = search.longest(i);
      if (match < 0) {
        i++;
        continue;
      }
      AddedToken token = tokens.get((int) match);
      int end = (int) (match >>> 32);
      int start = token.stripLeft() ? spaceBefore(points, i, done) : i;
      if (token.stripRight()) {
        end = spaceAfter(points, end, length);
      }
      if (done < start) {
        parts.text(done, start);
      }
      parts.token(token);
      done = end;
      i = end;
    }
    if (done < length) {
      parts.text(done, length);
    }
  }

  /// Looks for tokens at places of one text, within a budget of steps.
  private final class Search {
    private final CodePoints text;
    private final Policy policy;
    private long budget;

    Search(CodePoints text, Policy policy) {
      this.text = text;
      this.policy = policy;
      budget = FREE_STEPS + STEPS_PER_CHARACTER * text.length();
    }

    /// The end and the index of the longest token allowed at a place, or -1.
    long longest(int start) {
      long best = -1;
      int node = 0;
      int i = start;
      while (i < text.length()) {
        int child = children.get(node, text.get(i));
        if (child < 0) {
          break;
        }
        node = child;
        i++;
        int token = ends.get(node);
        if (token >= 0 && allowed(tokens.get(token), text, start, i, policy)) {
          best = (long) i << 32 | token;
        }
      }
      budget -= i - start + 1;
      if (budget < 0) {
        throw new TextException(
            "added tokens: gave up on a text of %d characters; too many tokens nearly match"
                .formatted(text.length()));
      }
      return best;
    }
  }

  private static boolean allowed(
      AddedToken token, CodePoints text, int start, int end, Policy policy) {
    boolean fits =
        switch (policy) {
          case ALL -> true;
          case NO_SPECIALS -> !token.special();
          case BY_TRUST -> !token.mark() || text.trusted(start, end);
        };
    if (!fits || !token.singleWord()) {
      return fits;
    }
    return (start == 0 || !isWord(text.get(start - 1)))
        && (end == text.length() || !isWord(text.get(end)));
  }

  private static boolean isWord(int cp) {
    return Unicode.isWord(cp) || cp == 0x200C || cp == 0x200D;
  }

  private static int spaceBefore(int[] points, int start, int limit) {
    int i = start;
    while (i > limit && Unicode.isWhiteSpace(points[i - 1])) {
      i--;
    }
    return i;
  }

  private static int spaceAfter(int[] points, int end, int length) {
    int i = end;
    while (i < length && Unicode.isWhiteSpace(points[i])) {
      i++;
    }
    return i;
  }
}
