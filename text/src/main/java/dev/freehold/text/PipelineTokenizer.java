package dev.freehold.text;

import dev.freehold.text.AddedTokens.Policy;
import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.IntList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// A tokenizer as a chain: added tokens, normalizer, added tokens of the normalized text,
/// pre-tokenizer, model; and a decoder for the way back.
final class PipelineTokenizer implements Tokenizer {
  /// Longest text that is encoded at once, in UTF-16 units.
  static final int MAX_TEXT = 1 << 24;

  /// The steps from text to ids.
  record Steps(
      AddedTokens added,
      Normalizer normalizer,
      AddedTokens addedNormalized,
      PreTokenizer preTokenizer,
      Model model) {}

  /// What the tokens mean and how the tokenizer is called.
  ///
  /// @param before ids that the model wants before a text
  /// @param after ids that it wants after one
  record Facts(
      String kind,
      String preTokenizer,
      OptionalInt bos,
      OptionalInt eos,
      Set<Integer> stops,
      int[] before,
      int[] after) {}

  private final Steps steps;
  private final Facts facts;
  private final List<String> texts;
  private final BitSet specials;
  private final TokenOutput output;

  /// @param texts the tokens by id, as the vocabulary writes them
  PipelineTokenizer(
      Steps steps, Facts facts, List<String> texts, BitSet specials, TokenOutput output) {
    this.steps = steps;
    this.facts = facts;
    this.texts = texts;
    this.specials = specials;
    this.output = output;
  }

  @Override
  public int vocabularySize() {
    return texts.size();
  }

  @Override
  public int[] encode(String text, boolean parseSpecial) {
    checkLength(text.length());
    IntList out = new IntList(text.length() / 3 + 16);
    CodePoints points = CodePoints.of(text, true);
    new Call(parseSpecial ? Policy.ALL : Policy.NO_SPECIALS, out).encode(points);
    return out.toArray();
  }

  @Override
  public int[] encode(Prompt prompt) {
    long length = 0;
    for (Prompt.Span span : prompt.spans()) {
      length += span.text().length();
    }
    checkLength(length);
    IntList out = new IntList((int) length / 3 + 16);
    CodePoints points = new CodePoints((int) length);
    for (Prompt.Span span : prompt.spans()) {
      points.addAll(span.text(), span.trusted());
    }
    new Call(Policy.BY_TRUST, out).encode(points);
    return out.toArray();
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    checkLength(text.length());
    IntList out = new IntList(text.length() / 3 + 16);
    out.addAll(facts.before(), 0, facts.before().length);
    new Call(Policy.ALL, out).encode(CodePoints.of(text, true));
    out.addAll(facts.after(), 0, facts.after().length);
    return out.toArray();
  }

  private static void checkLength(long length) {
    if (length > MAX_TEXT) {
      throw new TextException(
          "text of %d characters: at most %d are encoded at once; cut it into parts"
              .formatted(length, MAX_TEXT));
    }
  }

  /// One text on its way to ids.
  private final class Call {
    private final Policy policy;
    private final IntList out;
    private final Model.Run run = steps.model().start();

    Call(Policy policy, IntList out) {
      this.policy = policy;
      this.out = out;
    }

    void encode(CodePoints text) {
      steps
          .added()
          .split(
              text,
              policy,
              new AddedTokens.Parts() {
                @Override
                public void text(int from, int to) {
                  boolean whole = from == 0 && to == text.length();
                  normalize(whole ? text : text.slice(from, to), from == 0);
                }

                @Override
                public void token(AddedToken token) {
                  out.add(token.id());
                }
              });
    }

    private void normalize(CodePoints text, boolean atStart) {
      CodePoints normalized = steps.normalizer().apply(text);
      if (steps.addedNormalized().isEmpty()) {
        pieces(normalized, atStart);
        return;
      }
      steps
          .addedNormalized()
          .split(
              normalized,
              policy,
              new AddedTokens.Parts() {
                @Override
                public void text(int from, int to) {
                  pieces(normalized.slice(from, to), atStart && from == 0);
                }

                @Override
                public void token(AddedToken token) {
                  out.add(token.id());
                }
              });
    }

    private void pieces(CodePoints text, boolean atStart) {
      Pieces pieces = steps.preTokenizer().apply(Pieces.of(text, atStart));
      for (int piece = 0; piece < pieces.count(); piece++) {
        run.encode(pieces.points(), pieces.start(piece), pieces.end(piece), out);
      }
    }
  }

  @Override
  public String decode(int[] ids, boolean showSpecial) {
    StreamDecoder decoder = output.open(showSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.feed(id));
    }
    return text.append(decoder.finish()).toString();
  }

  @Override
  public byte[] tokenBytes(int id) {
    return output.bytes(id);
  }

  @Override
  public String tokenText(int id) {
    if (id < 0 || id >= texts.size()) {
      throw new TextException(
          "token id %d: the vocabulary has the ids 0 to %d".formatted(id, texts.size() - 1));
    }
    return texts.get(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return specials.get(id);
  }

  @Override
  public StreamDecoder streamDecoder(boolean showSpecial) {
    return output.open(showSpecial);
  }

  @Override
  public OptionalInt bosId() {
    return facts.bos();
  }

  @Override
  public OptionalInt eosId() {
    return facts.eos();
  }

  @Override
  public Set<Integer> stopIds() {
    return facts.stops();
  }

  @Override
  public boolean addsBos() {
    return facts.bos().isPresent()
        && facts.before().length > 0
        && facts.before()[0] == facts.bos().getAsInt();
  }

  @Override
  public String kind() {
    return facts.kind();
  }

  @Override
  public String preTokenizer() {
    return facts.preTokenizer();
  }
}
