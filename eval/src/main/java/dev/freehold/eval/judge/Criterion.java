package dev.freehold.eval.judge;

import dev.freehold.eval.Reply;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The rule by which a reply counts as right.
public sealed interface Criterion {
  /// The name that task files have for it.
  String name();

  /// A rule that needs nobody's opinion.
  sealed interface Checked extends Criterion {
    /// What the rule says of a reply.
    Judgement judge(Reply reply);
  }

  /// The reply is one of these texts, both sides normalized.
  record Exact(List<String> expected, Normalization normalization) implements Checked {
    public Exact {
      expected = List.copyOf(expected);
    }

    @Override
    public String name() {
      return "exact";
    }

    @Override
    public Judgement judge(Reply reply) {
      String found = normalization.of(reply.text());
      boolean isRight = expected.stream().anyMatch(text -> normalization.of(text).equals(found));
      return Judgement.of(isRight, "is not the expected text");
    }
  }

  /// A regular expression matches somewhere in the reply, or all of it.
  record Matches(BoundedRegex regex, boolean whole) implements Checked {
    @Override
    public String name() {
      return "regex";
    }

    @Override
    public Judgement judge(Reply reply) {
      try {
        boolean isRight = whole ? regex.matches(reply.text()) : regex.find(reply.text());
        return Judgement.of(isRight, "the pattern does not match");
      } catch (BoundedRegex.TooManyStepsException tooMany) {
        return Judgement.none(String.valueOf(tooMany.getMessage()));
      }
    }
  }

  /// The reply holds all of some texts, at least one of others and none of others, normalized.
  record Contains(
      List<String> all, List<String> any, List<String> none, Normalization normalization)
      implements Checked {
    public Contains {
      all = List.copyOf(all);
      any = List.copyOf(any);
      none = List.copyOf(none);
    }

    @Override
    public String name() {
      return "contains";
    }

    @Override
    public Judgement judge(Reply reply) {
      String found = normalization.of(reply.text());
      for (String text : all) {
        if (!found.contains(normalization.of(text))) {
          return Judgement.wrong("does not contain \"%s\"".formatted(text));
        }
      }
      for (String text : none) {
        if (found.contains(normalization.of(text))) {
          return Judgement.wrong("contains \"%s\"".formatted(text));
        }
      }
      boolean isRight =
          any.isEmpty() || any.stream().anyMatch(text -> found.contains(normalization.of(text)));
      return Judgement.of(isRight, "contains none of the expected texts");
    }
  }

  /// A number of the reply is the expected one, within a tolerance.
  record Number(NumberRule rule) implements Checked {
    @Override
    public String name() {
      return "number";
    }

    @Override
    public Judgement judge(Reply reply) {
      return rule.judge(reply.text());
    }
  }

  /// The reply is one JSON value that is valid under a schema.
  ///
  /// @param fenced whether a code fence of Markdown around the value is taken off
  record SchemaValid(SchemaCheck schema, boolean fenced) implements Checked {
    @Override
    public String name() {
      return "json_schema";
    }

    @Override
    public Judgement judge(Reply reply) {
      return JsonReply.read(reply.text(), fenced).judge(schema::judge);
    }
  }

  /// The reply is one JSON value that equals the expected one.
  record JsonEqual(JsonNode expected, boolean fenced) implements Checked {
    public JsonEqual {
      expected = expected.deepCopy();
    }

    @Override
    public String name() {
      return "json";
    }

    @Override
    public Judgement judge(Reply reply) {
      return JsonReply.read(reply.text(), fenced)
          .judge(found ->
              Judgement.of(JsonReply.isEqual(found, expected), "is not the expected JSON value"));
    }
  }

  /// The reply calls exactly the expected tools with the expected arguments, in any order.
  record ToolCalls(List<Expected> expected) implements Checked {
    /// A call that is expected.
    ///
    /// @param ignored names of arguments that may be there or not, with any value
    public record Expected(String name, JsonNode arguments, Set<String> ignored) {
      public Expected {
        arguments = arguments.deepCopy();
        ignored = Set.copyOf(ignored);
      }
    }

    public ToolCalls {
      expected = List.copyOf(expected);
    }

    @Override
    public String name() {
      return "tool_calls";
    }

    @Override
    public Judgement judge(Reply reply) {
      return CallMatch.judge(expected, reply.calls());
    }
  }

  /// A rule that a program brings along.
  record Programmed(String name, Predicate<Reply> accepts) implements Checked {
    @Override
    public Judgement judge(Reply reply) {
      return Judgement.of(accepts.test(reply), "");
    }
  }

  /// A judge model reads the reply and says whether it does what is asked here.
  record Rubric(String text) implements Criterion {
    @Override
    public String name() {
      return "rubric";
    }
  }

  /// A judge model reads the replies of two backends and says which is better by this.
  record Pairwise(String text) implements Criterion {
    @Override
    public String name() {
      return "pairwise";
    }
  }
}
