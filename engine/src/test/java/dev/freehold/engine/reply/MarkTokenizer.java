package dev.freehold.engine.reply;

import dev.freehold.text.Prompt;
import dev.freehold.text.StreamDecoder;
import dev.freehold.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// A vocabulary of special tokens and nothing else.
record MarkTokenizer(List<String> marks) implements Tokenizer {
  @Override
  public int vocabularySize() {
    return marks.size();
  }

  @Override
  public int[] encode(String text, boolean parseSpecial) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] encode(Prompt prompt) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(int[] ids, boolean showSpecial) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] tokenBytes(int id) {
    return marks.get(id).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String tokenText(int id) {
    return marks.get(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return true;
  }

  @Override
  public StreamDecoder streamDecoder(boolean showSpecial) {
    throw new UnsupportedOperationException();
  }

  @Override
  public OptionalInt bosId() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eosId() {
    return OptionalInt.empty();
  }

  @Override
  public Set<Integer> stopIds() {
    return Set.of();
  }

  @Override
  public boolean addsBos() {
    return false;
  }

  @Override
  public String kind() {
    return "marks";
  }

  @Override
  public String preTokenizer() {
    return "none";
  }
}
