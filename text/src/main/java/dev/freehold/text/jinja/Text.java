package dev.freehold.text.jinja;

import dev.freehold.text.Prompt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A string whose characters each know whether the template wrote them (trusted) or the
/// conversation did (untrusted).
///
/// Origins are held as the ends of stretches that are trusted and untrusted by turns. Long
/// concatenations are held as a tree and written out when the characters are first needed, so that
/// a template may build its output piece by piece. Indices are in UTF-16 units; those of a template
/// count code points, see [#offset].
final class Text implements Value {
  static final Text EMPTY = new Text("", null, true, false);

  private static final int COPIED_AT_ONCE = 256;
  private static final int MAX_LENGTH = 1 << 29;

  /// Two texts that are joined when the characters are needed, and who pays for that.
  private record Joint(Run run, Text left, Text right) {}

  private final int length;
  private final boolean markup;
  private @Nullable Joint joint;
  private String chars;
  private int @Nullable [] ends;
  private boolean firstTrusted;
  private int codePoints = -1;

  private Text(String chars, int @Nullable [] ends, boolean firstTrusted, boolean markup) {
    this.length = chars.length();
    this.chars = chars;
    this.ends = ends;
    this.firstTrusted = firstTrusted;
    this.markup = markup;
  }

  private Text(Joint joint) {
    this.length = joint.left.length + joint.right.length;
    this.joint = joint;
    this.chars = "";
    this.markup = false;
  }

  static Text trusted(String chars) {
    return new Text(chars, null, true, false);
  }

  static Text untrusted(String chars) {
    return new Text(chars, null, false, false);
  }

  static Text of(String chars, boolean trusted) {
    return new Text(chars, null, trusted, false);
  }

  static Text ofStretches(String chars, int @Nullable [] ends, boolean firstTrusted) {
    return new Text(chars, ends, firstTrusted, false);
  }

  /// The two texts, one after the other.
  static Text concat(Run run, Text left, Text right) {
    if (left.length == 0) {
      return right;
    }
    if (right.length == 0) {
      return left;
    }
    long length = (long) left.length + right.length;
    if (length > MAX_LENGTH) {
      throw run.error("the template was stopped because its text grows too large");
    }
    run.allocate(Math.min(length, COPIED_AT_ONCE) + Run.ELEMENT);
    return length > COPIED_AT_ONCE
        ? new Text(new Joint(run, left, right))
        : new TextBuilder().append(left).append(right).build();
  }

  /// Receives the stretches of one origin of a text.
  @FunctionalInterface
  interface StretchConsumer {
    void accept(String chars, int from, int to, boolean trusted);
  }

  int length() {
    return length;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /// The characters without their origin.
  String chars() {
    if (joint != null) {
      write(joint);
    }
    return chars;
  }

  private void write(Joint root) {
    root.run.allocate(length);
    TextBuilder builder = new TextBuilder();
    Deque<Text> open = new ArrayDeque<>();
    open.push(this);
    while (!open.isEmpty()) {
      Text next = open.pop();
      if (next.joint == null) {
        builder.append(next);
      } else {
        open.push(next.joint.right);
        open.push(next.joint.left);
      }
    }
    Text written = builder.build();
    chars = written.chars;
    ends = written.ends;
    firstTrusted = written.firstTrusted;
    joint = null;
  }

  /// Whether every character is the template's.
  boolean isTrusted() {
    chars();
    return ends == null && (firstTrusted || length == 0);
  }

  /// Whether the text was marked safe, so that what is added to it gets escaped.
  boolean isMarkup() {
    return markup;
  }

  Text asMarkup(boolean safe) {
    if (safe == markup) {
      return this;
    }
    String all = chars();
    return new Text(all, ends, firstTrusted, safe);
  }

  /// The number of code points, which is what Python calls the length.
  int codePoints() {
    if (codePoints < 0) {
      codePoints = chars().codePointCount(0, length);
    }
    return codePoints;
  }

  /// The index in UTF-16 units of a code point from 0 to [#codePoints].
  int offset(Run run, int codePoint) {
    if (codePoints() == length) {
      return codePoint;
    }
    run.work(length);
    return chars().offsetByCodePoints(0, codePoint);
  }

  Text slice(int from, int to) {
    if (from >= to) {
      return EMPTY.asMarkup(markup);
    }
    if (from == 0 && to == length) {
      return this;
    }
    if (isUniform()) {
      return new Text(chars().substring(from, to), null, firstTrusted, markup);
    }
    return new TextBuilder().append(this, from, to).build().asMarkup(markup);
  }

  private boolean isUniform() {
    chars();
    return ends == null;
  }

  void forEachStretch(int from, int to, StretchConsumer consumer) {
    String all = chars();
    if (ends == null) {
      consumer.accept(all, from, to, firstTrusted);
      return;
    }
    boolean trusted = firstTrusted;
    int start = 0;
    for (int end : ends) {
      if (end > from && start < to) {
        consumer.accept(all, Math.max(start, from), Math.min(end, to), trusted);
      }
      trusted = !trusted;
      start = end;
    }
  }

  /// Changes the characters, stretch by stretch, so that each keeps its origin.
  Text map(UnaryOperator<String> change) {
    if (isUniform()) {
      return new Text(change.apply(chars), null, firstTrusted, markup);
    }
    TextBuilder builder = new TextBuilder();
    forEachStretch(
        0,
        length,
        (all, from, to, trusted) -> builder.append(change.apply(all.substring(from, to)), trusted));
    return builder.build().asMarkup(markup);
  }

  List<Prompt.Span> spans() {
    List<Prompt.Span> spans = new ArrayList<>();
    if (length > 0) {
      forEachStretch(
          0,
          length,
          (all, from, to, trusted) -> spans.add(new Prompt.Span(all.substring(from, to), trusted)));
    }
    return spans;
  }

  @Override
  public String type() {
    return "string";
  }

  @Override
  public String toString() {
    return chars();
  }
}
