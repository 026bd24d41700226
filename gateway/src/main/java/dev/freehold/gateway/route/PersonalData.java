package dev.freehold.gateway.route;

import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds personal data by rules that can be read: addresses of e-mail, numbers of accounts (IBAN)
/// and payment cards whose check digits fit, telephone numbers that begin with `+`, and social
/// security numbers of the United States. Names and postal addresses are not found by rules.
///
/// What is not text is not looked into: a message with an image counts as personal.
final class PersonalData {
  /// One rule.
  private record Rule(String what, Pattern pattern, Predicate<String> isOne) {}

  private static final Rule[] RULES = {
    new Rule(
        "an address of e-mail",
        Pattern.compile("[\\w.+-]{1,64}+@[\\w-]{1,63}+(?:\\.[\\w-]{1,63}+){1,8}+"),
        found -> true),
    new Rule(
        "the number of an account (IBAN)",
        Pattern.compile("\\b[A-Za-z]{2}\\d{2}(?:[ -]?[A-Za-z0-9]){11,30}+"),
        PersonalData::isIban),
    new Rule(
        "the number of a payment card",
        Pattern.compile("(?<![\\d.,])\\d(?:[ -]?\\d){12,18}+(?!\\d)"),
        PersonalData::isCard),
    new Rule(
        "a telephone number",
        Pattern.compile("(?<!\\w)\\+\\d(?:[ ()/.-]{0,2}+\\d){7,14}+"),
        found -> true),
    new Rule(
        "a social security number",
        Pattern.compile("(?<![\\d-])(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}(?![\\d-])"),
        found -> true)
  };

  private static final int MIN_DIGITS = 8;

  private PersonalData() {}

  /// What is found first, in words that do not repeat it; empty where nothing is.
  static Optional<String> find(Input input) {
    return switch (input) {
      case Input.Text text -> find(text.text());
      case Input.Tokens tokens -> Optional.of("token ids, which are not looked into");
      case Input.Conversation conversation -> find(conversation);
    };
  }

  private static Optional<String> find(Input.Conversation conversation) {
    for (Message message : conversation.messages()) {
      for (Part part : message.content()) {
        Optional<String> found =
            switch (part) {
              case Part.Text text -> find(text.text());
              case Part.Image image -> Optional.of("an image, which is not looked into");
            };
        if (found.isPresent()) {
          return found;
        }
      }
      if (message instanceof Message.Assistant assistant) {
        Optional<String> found =
            assistant.toolCalls().stream()
                .flatMap(call -> find(call.arguments().toString()).stream())
                .findFirst()
                .or(() -> find(assistant.reasoning()));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  static Optional<String> find(String text) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern().matcher(text);
      while (matcher.find()) {
        if (rule.isOne().test(matcher.group())) {
          return Optional.of(rule.what());
        }
      }
    }
    return Optional.empty();
  }

  /// ISO 13616: letters as numbers from 10 on, the first four characters at the end, modulo 97;
  /// some first part of what was found is one, since words may follow.
  private static boolean isIban(String found) {
    String plain = found.replaceAll("[ -]", "").toUpperCase(Locale.ROOT);
    for (int length = 15; length <= Math.min(34, plain.length()); length++) {
      if (plain.substring(0, length).chars().filter(Character::isDigit).count() < MIN_DIGITS) {
        continue;
      }
      String moved = plain.substring(4, length) + plain.substring(0, 4);
      StringBuilder digits = new StringBuilder();
      moved.chars().forEach(c -> digits.append(Character.digit(c, 36)));
      if (new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1) {
        return true;
      }
    }
    return false;
  }

  /// ISO/IEC 7812: every second digit from the right doubled, sum of digits modulo 10.
  private static boolean isCard(String found) {
    String digits = found.replaceAll("[ -]", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int counted = i % 2 == 1 ? digit * 2 : digit;
      sum += counted > 9 ? counted - 9 : counted;
    }
    return sum % 10 == 0;
  }
}
