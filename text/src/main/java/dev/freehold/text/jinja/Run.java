package dev.freehold.text.jinja;

import dev.freehold.text.TextException;
import java.math.BigInteger;
import java.time.LocalDateTime;

/// One rendering: what it may still spend, where in the template it is, and what time it is.
///
/// Steps bound time, units bound memory (a character is one unit, an element of a list [#ELEMENT]),
/// depth bounds the stack. Steps and units grow with the size of the conversation, so that long
/// conversations render and short ones cannot be made to last.
public final class Run {
  /// Units for one element of a list or one field.
  static final int ELEMENT = 32;

  private static final long BASE_STEPS = 600_000;
  private static final long STEPS_PER_VALUE = 4096;
  private static final long STEPS_PER_CHARACTER = 4;
  private static final long BASE_UNITS = 5_000_000;
  private static final long UNITS_PER_VALUE = 4096;
  private static final long UNITS_PER_CHARACTER = 32;
  private static final int CHARS_PER_STEP = 32;
  private static final int MAX_DEPTH = 400;
  private static final int MAX_NESTING = 128;

  /// Python prints no integer of more than 4300 digits.
  private static final int MAX_INTEGER_BITS = 14_284;

  /// Integers up to this size cost nothing extra.
  private static final int SMALL_INTEGER_BITS = 256;

  private static final int SQUARE_BITS_PER_STEP = 8192;

  private final LocalDateTime now;
  private long steps = BASE_STEPS;
  private long units = BASE_UNITS;
  private int depth;
  private int line = 1;

  public Run(LocalDateTime now) {
    this.now = now;
  }

  LocalDateTime now() {
    return now;
  }

  /// Raises the budgets for a value of the conversation with this many characters.
  void credit(long characters) {
    steps += STEPS_PER_VALUE + STEPS_PER_CHARACTER * characters;
    units += UNITS_PER_VALUE + UNITS_PER_CHARACTER * characters;
  }

  /// Sets the line that errors name.
  void at(int newLine) {
    line = newLine;
  }

  int line() {
    return line;
  }

  TextException error(String message) {
    return new TextException("chat template, line " + line + ": " + message);
  }

  void step() {
    if (--steps < 0) {
      throw outOf("steps", "it loops too often");
    }
  }

  /// Spends steps for looking at or copying this many characters or elements.
  void work(long size) {
    steps -= size / CHARS_PER_STEP + 1;
    if (steps < 0) {
      throw outOf("steps", "it does too much work");
    }
  }

  /// Spends memory before it is taken, and the steps to fill it.
  void allocate(long size) {
    work(size);
    units -= size;
    if (units < 0) {
      throw outOf("memory", "its text or its lists grow too large");
    }
  }

  private TextException outOf(String what, String reason) {
    return error(
        "the template was stopped because " + reason + " for this conversation (" + what + ")");
  }

  void enter() {
    step();
    if (++depth > MAX_DEPTH) {
      throw error("the template was stopped because its calls or expressions nest too deeply");
    }
  }

  void leave() {
    depth--;
  }

  /// Fails when lists and mappings nest so deeply that walking them could exhaust the stack.
  int checkNesting(int nesting) {
    if (nesting > MAX_NESTING) {
      throw error("lists and mappings are nested more than " + MAX_NESTING + " levels deep");
    }
    return nesting;
  }

  /// Fails for an integer larger than Python would print.
  BigInteger checkSize(BigInteger value) {
    checkBits(value.bitLength());
    return value;
  }

  /// Fails for an integer of more bits than Python would print; spends the steps to compute it.
  void checkBits(long bits) {
    if (bits > MAX_INTEGER_BITS) {
      throw error("an integer has more than 4300 digits");
    }
    if (bits > SMALL_INTEGER_BITS) {
      work(bits * bits / SQUARE_BITS_PER_STEP * CHARS_PER_STEP);
      allocate(bits / Byte.SIZE);
    }
  }
}
