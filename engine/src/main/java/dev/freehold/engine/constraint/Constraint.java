package dev.freehold.engine.constraint;

import dev.freehold.chat.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A compiled output format: says at each place of an answer which tokens may come next, so that
/// the finished answer has the format.
///
/// Safe to share between threads; each answer has a [ConstraintState] of its own.
public final class Constraint {
  private final TokenVocabulary vocabulary;
  private final List<Frame> parts;
  private final Automaton automaton;

  private Constraint(TokenVocabulary vocabulary, Frame whole) {
    this(vocabulary, List.of(whole));
  }

  private Constraint(TokenVocabulary vocabulary, List<Frame> parts) {
    this.vocabulary = vocabulary;
    this.parts = parts;
    this.automaton = new Automaton(vocabulary, parts);
  }

  /// Compiles a format within the default budget; empty where any text will do.
  public static Optional<Constraint> compile(OutputFormat format, TokenVocabulary vocabulary) {
    return compile(format, vocabulary, Budget.DEFAULT);
  }

  /// Compiles a format; empty where any text will do.
  ///
  /// Failures: a [ChatException] that names the place and the reason, where the format is
  /// malformed, not supported, too large for the budget or impossible to satisfy.
  public static Optional<Constraint> compile(
      OutputFormat format, TokenVocabulary vocabulary, Budget budget) {
    return switch (format) {
      case OutputFormat.Free free -> Optional.empty();
      case OutputFormat.Choice choice -> {
        Meter meter = new Meter(budget, "choice");
        List<byte[]> texts = choice.texts().stream().map(JsonLeaves::utf8).toList();
        Optional<Dfa> leaf = Leaves.anyOf(texts, new ByteScope(vocabulary.spellable(), meter));
        yield Optional.of(
            new Constraint(
                vocabulary,
                new Frame.Text(
                    leaf.orElseThrow(
                        () -> meter.refusal("this model's vocabulary can spell no choice")))));
      }
      case OutputFormat.Regex regex -> {
        Meter meter = new Meter(budget, "regex");
        yield Optional.of(
            new Constraint(vocabulary, new Frame.Text(pattern(regex, vocabulary, meter))));
      }
      case OutputFormat.JsonObject object ->
          Optional.of(
              schema(
                  new SchemaCompiler(vocabulary, new Meter(budget, "response_format")).anyObject(),
                  vocabulary,
                  budget));
      case OutputFormat.JsonSchema schema ->
          Optional.of(
              schema(
                  new SchemaCompiler(vocabulary, new Meter(budget, "schema"))
                      .compile(schema.schema()),
                  vocabulary,
                  budget));
    };
  }

  private static Constraint schema(Shape shape, TokenVocabulary vocabulary, Budget budget) {
    return new Constraint(vocabulary, new Frame.Value(shape, budget.depth()));
  }

  private static Dfa pattern(OutputFormat.Regex regex, TokenVocabulary vocabulary, Meter meter) {
    return PatternCompiler.compile(
            PatternParser.parse(regex.pattern(), meter),
            PatternCompiler.Match.WHOLE,
            Spelling.PLAIN,
            PatternCompiler.Reading.NARROW,
            new ByteScope(vocabulary.spellable(), meter))
        .orElseThrow(() -> meter.refusal("no text that this model can write matches the pattern"));
  }

  /// The format between two texts that are always the same: tokens may run from one part into the
  /// next, as models write them.
  ///
  /// @throws ChatException where the vocabulary cannot spell the texts
  public Constraint between(String before, String after) {
    List<Frame> all = new ArrayList<>();
    fixed(before).ifPresent(all::add);
    all.addAll(parts);
    fixed(after).ifPresent(all::add);
    return new Constraint(vocabulary, all);
  }

  private Optional<Frame> fixed(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Meter meter = new Meter(Budget.DEFAULT, "text");
    ByteScope scope = new ByteScope(vocabulary.spellable(), meter);
    Optional<Dfa> leaf = Leaves.anyOf(List.of(JsonLeaves.utf8(text)), scope);
    return Optional.of(
        new Frame.Text(
            leaf.orElseThrow(
                () -> meter.refusal("this model's vocabulary cannot spell \"" + text + "\""))));
  }

  /// The state at the beginning of an answer, or of its part after the thinking.
  ///
  /// @param isFirst whether the first token of the decoded text is the next one; some decoders
  ///   leave out a space there
  public ConstraintState start(boolean isFirst) {
    return new ConstraintState(
        this, automaton.start(), isFirst && vocabulary.stripsFirstSpace(), false);
  }

  TokenVocabulary vocabulary() {
    return vocabulary;
  }

  Automaton automaton() {
    return automaton;
  }
}
