package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns patterns into automata over bytes.
final class PatternCompiler {
  /// Where a pattern has to match.
  enum Match {
    /// The whole text.
    WHOLE,
    /// Anywhere in the text, unless anchors say otherwise.
    ANYWHERE
  }

  /// Which reading of a pattern is meant where engines differ.
  enum Reading {
    NARROW,
    WIDE
  }

  private final Meter meter;
  private final Spelling spelling;
  private final Reading reading;
  private final ByteNfa nfa;

  private PatternCompiler(Meter meter, Spelling spelling, Reading reading) {
    this.meter = meter;
    this.spelling = spelling;
    this.reading = reading;
    this.nfa = new ByteNfa(meter);
  }

  /// The texts that a pattern matches; empty where there are none.
  static Optional<Dfa> compile(
      Pattern pattern, Match match, Spelling spelling, Reading reading, ByteScope scope) {
    return new PatternCompiler(scope.meter(), spelling, reading)
        .run(pattern, match, scope.allowed());
  }

  private Optional<Dfa> run(Pattern pattern, Match match, ByteSet allowed) {
    meter.fragments(size(pattern));
    int start = nfa.state();
    int end;
    if (match == Match.WHOLE) {
      end = add(pattern, start);
    } else {
      int inside = nfa.state();
      spelling.add(nfa, start, CodePointSet.ALL, start);
      nfa.free(start, inside);
      int after = add(pattern, inside);
      end = nfa.state();
      nfa.free(after, end);
      spelling.add(nfa, end, CodePointSet.ALL, end);
    }
    return nfa.determinized(start, end, allowed);
  }

  /// The states that a pattern needs at most, before any is made.
  private long size(Pattern pattern) {
    meter.work(1);
    return switch (pattern) {
      case Pattern.One one -> Spelling.cost(set(one));
      case Pattern.Sequence sequence -> 1 + sum(sequence.parts());
      case Pattern.Choice choice -> 1 + sum(choice.parts());
      case Pattern.Repeat repeat -> {
        long times = repeat.max() == Pattern.UNLIMITED ? repeat.min() + 1L : repeat.max();
        long part = size(repeat.part());
        yield 2 + (part > Integer.MAX_VALUE ? part : part * times);
      }
      case Pattern.Begin begin -> 1;
      case Pattern.End end -> 1;
    };
  }

  private long sum(List<Pattern> parts) {
    long sum = 0;
    for (Pattern part : parts) {
      sum = Math.min(sum + size(part), Long.MAX_VALUE >> 24);
    }
    return sum;
  }

  private CodePointSet set(Pattern.One one) {
    return reading == Reading.NARROW ? one.narrow() : one.wide();
  }

  /// Adds a pattern after a state; returns the state after it.
  private int add(Pattern pattern, int from) {
    int to = nfa.state();
    switch (pattern) {
      case Pattern.One one -> spelling.add(nfa, from, set(one), to);
      case Pattern.Sequence sequence -> {
        int at = from;
        for (Pattern part : sequence.parts()) {
          at = add(part, at);
        }
        nfa.free(at, to);
      }
      case Pattern.Choice choice -> {
        for (Pattern part : choice.parts()) {
          nfa.free(add(part, from), to);
        }
      }
      case Pattern.Repeat repeat -> addRepeat(repeat, from, to);
      case Pattern.Begin begin -> nfa.begin(from, to);
      case Pattern.End end -> nfa.end(from, to);
    }
    return to;
  }

  private void addRepeat(Pattern.Repeat repeat, int from, int to) {
    int at = from;
    for (int i = 0; i < repeat.min(); i++) {
      at = add(repeat.part(), at);
    }
    if (repeat.max() == Pattern.UNLIMITED) {
      int loop = nfa.state();
      nfa.free(at, loop);
      nfa.free(add(repeat.part(), loop), loop);
      nfa.free(loop, to);
      return;
    }
    List<Integer> exits = new ArrayList<>();
    for (int i = repeat.min(); i < repeat.max(); i++) {
      exits.add(at);
      at = add(repeat.part(), at);
    }
    exits.add(at);
    for (int exit : exits) {
      nfa.free(exit, to);
    }
  }
}
