package dev.freehold.vault.parity;

import dev.freehold.vault.VaultException;

/// How much parity is kept, as a share of what it protects.
public record Redundancy(double share) {
  public static final Redundancy NONE = new Redundancy(0);
  public static final Redundancy DEFAULT = new Redundancy(0.03);

  private static final double LEAST = 0.005;

  public Redundancy {
    if (!(share == 0 || share >= LEAST && share <= 1)) {
      throw new VaultException(
          "parity of "
              + 100 * share
              + " % cannot be kept: ask for 0.5 % to 100 %, such as 3%, or for 0, which is none");
    }
  }

  public static Redundancy parse(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    if (!number.matches("[0-9]{1,3}(\\.[0-9]{1,3})?")) {
      throw new VaultException(
          "parity is a share of the bytes, such as 3% or 0 for none; found \""
              + (text.length() > 20 ? text.substring(0, 20) + "..." : text)
              + "\"");
    }
    return new Redundancy(Math.round(Double.parseDouble(number) * 1000) / 100_000.0);
  }

  public boolean isNone() {
    return share == 0;
  }
}
