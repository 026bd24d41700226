package dev.freehold.cli;

import dev.freehold.chat.Usage;
import dev.freehold.eval.Meter;
import java.util.Map;
import java.util.Optional;

/// What a model's tokens cost, as `--price` says.
///
/// @param prompt of a million tokens of prompts
/// @param answer of a million tokens of answers
record TokenPrice(double prompt, double answer, String currency) implements Meter {
  private static final double MILLION = 1e6;

  /// The price of a model; nothing where none is said.
  static Meter of(Map<String, String> prices, String model) {
    String price = prices.get(model);
    return price == null ? Meter.NONE : parse(model, price);
  }

  private static TokenPrice parse(String model, String price) {
    String[] parts = price.split(",", -1);
    try {
      double prompt = Double.parseDouble(parts[0]);
      double answer = Double.parseDouble(parts[1]);
      boolean isPrice = prompt >= 0 && prompt < MILLION && answer >= 0 && answer < MILLION;
      if (parts.length == 3 && isPrice && parts[2].matches("[A-Z]{3}")) {
        return new TokenPrice(prompt, answer, parts[2]);
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException wrong) {
      // told below
    }
    throw new CliException(
        Exit.USAGE,
        "--price %s=%s: expected two prices and a currency, as 0.10,0.40,EUR"
            .formatted(model, price),
        "They are for a million tokens of prompts and of answers.");
  }

  @Override
  public Running begin() {
    return usage -> new Reading(usage.map(this::cost), Optional.empty());
  }

  private Cost cost(Usage usage) {
    double amount = (usage.promptTokens() * prompt + usage.completionTokens() * answer) / MILLION;
    return new Cost(amount, currency);
  }
}
