package dev.freehold.eval.judge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number that a reply must say.
///
/// Digits of every script count. Groups of three are read where they are written with an
/// apostrophe, a narrow or no-break space, or a comma (a full stop where the comma is the decimal
/// mark).
///
/// @param tolerance how far the reply's number may be off, as a difference
/// @param relative how far it may be off, as a share of the expected number; the wider one holds
/// @param which of the numbers in the reply counts
/// @param decimalComma whether decimals stand after a comma, as in German
public record NumberRule(
    BigDecimal expected,
    BigDecimal tolerance,
    BigDecimal relative,
    Which which,
    boolean decimalComma) {
  /// Which number of a reply is looked at.
  public enum Which {
    FIRST,
    LAST,
    /// There must be just one.
    ONLY,
    ANY
  }

  private static final String GROUPS = "['\\u2019\\u00a0\\u202f\\u2009%s]";
  private static final String NUMBER =
      "(?<![\\p{L}\\d])[-+\\u2212]?(?:\\d{1,3}(?:%1$s\\d{3})+(?!\\d)|\\d+)"
          + "(?:%2$s\\d+)?(?:[eE][-+]?\\d{1,3}(?!\\d))?";
  private static final Pattern POINT =
      Pattern.compile(NUMBER.formatted(GROUPS.formatted(","), "\\."));
  private static final Pattern COMMA =
      Pattern.compile(NUMBER.formatted(GROUPS.formatted("."), ","));
  private static final int MOST_DIGITS = 400;
  private static final int MOST_TEXT = 100_000;

  Judgement judge(String text) {
    if (text.length() > MOST_TEXT) {
      return Judgement.wrong("is longer than %,d characters".formatted(MOST_TEXT));
    }
    List<BigDecimal> numbers = numbers(text);
    if (numbers.isEmpty()) {
      return Judgement.wrong("holds no number");
    }
    return switch (which) {
      case FIRST -> judge(numbers.getFirst());
      case LAST -> judge(numbers.getLast());
      case ONLY ->
          numbers.size() == 1
              ? judge(numbers.getFirst())
              : Judgement.wrong("holds %d numbers".formatted(numbers.size()));
      case ANY ->
          Judgement.of(numbers.stream().anyMatch(this::isRight), "does not hold the number");
    };
  }

  private Judgement judge(BigDecimal number) {
    return Judgement.of(isRight(number), "the number is " + number);
  }

  private boolean isRight(BigDecimal number) {
    BigDecimal allowed = tolerance.max(expected.abs().multiply(relative));
    return number.subtract(expected).abs().compareTo(allowed) <= 0;
  }

  /// The numbers of a text in their order; those of absurd length are left out.
  private List<BigDecimal> numbers(String text) {
    List<BigDecimal> numbers = new ArrayList<>();
    Matcher matcher = (decimalComma ? COMMA : POINT).matcher(withPlainDigits(text));
    while (matcher.find()) {
      String written = matcher.group();
      if (written.length() > MOST_DIGITS) {
        continue;
      }
      String plain =
          written
              .replaceAll("['\\u2019\\u00a0\\u202f\\u2009]", "")
              .replace(decimalComma ? "." : ",", "")
              .replace(',', '.')
              .replace('\u2212', '-');
      numbers.add(new BigDecimal(plain));
    }
    return numbers;
  }

  private static String withPlainDigits(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isDigit(c)) {
            plain.append((char) ('0' + Character.digit(c, 10)));
          } else {
            plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }
}
