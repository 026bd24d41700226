package dev.freehold.cli;

import java.util.Locale;

/// Sizes as people read them.
final class Sizes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Sizes() {}

  /// Bytes in decimal units with three digits, as disks and download pages count them.
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String format =
        unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, UNITS[unit]);
  }

  /// A count: in full below a million, else with three digits and M or B as model names have it.
  static String count(long count) {
    if (count < 1_000_000) {
      return Long.toString(count);
    }
    return count < 1_000_000_000
        ? String.format(Locale.ROOT, "%.3g M", count / 1e6)
        : String.format(Locale.ROOT, "%.3g B", count / 1e9);
  }
}
