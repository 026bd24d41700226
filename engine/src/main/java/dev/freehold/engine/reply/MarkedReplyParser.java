package dev.freehold.engine.reply;

import dev.freehold.engine.reply.CallReader.Step;
import dev.freehold.engine.reply.Layout.Opening;
import dev.freehold.engine.reply.Layout.Pair;
import dev.freehold.engine.reply.SymbolBuffer.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parses answers that are content, with thoughts in front and calls between marks.
///
/// Thoughts are recognised only before any content, so that an answer may speak about the marks.
/// Inside thoughts a call is recognised only by a special token. White space around thoughts,
/// before calls and after the last call is layout and left out; all other text comes out as it went
/// in.
final class MarkedReplyParser implements ReplyParser {
  private enum Mode {
    /// Before any content.
    START,
    TEXT,
    REASONING,
    CALLS
  }

  /// Symbols that a stretch of calls may hold undecided; what is longer is text.
  private static final int MAX_UNDECIDED = 1 << 20;

  /// White space held back because a mark may follow.
  private static final int MAX_SPACE = 4096;

  private final Layout layout;
  private final SymbolBuffer buffer;
  private final TextFeed feed;
  private final CallWriter calls;
  private final List<ReplyPart> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder spaces = new StringBuilder();
  private Mode mode;

  /// What the mode is again when a stretch that seemed to hold calls did not.
  private Mode before = Mode.START;

  private Optional<CallReader> reader = Optional.empty();
  private Optional<Pair> wrapper = Optional.empty();
  private boolean confirmed;
  private boolean dropSpace;
  private boolean afterCalls;

  MarkedReplyParser(Layout layout, ReplySettings settings, CallIds ids) {
    this.layout = layout;
    this.buffer = new SymbolBuffer(layout.marks());
    this.feed = new TextFeed(layout.marks(), buffer);
    this.calls = new CallWriter(settings, ids, parts);
    boolean thinks = settings.reasoningOpen() && layout.thinking().isPresent();
    this.mode = thinks ? Mode.REASONING : Mode.START;
    this.dropSpace = thinks;
  }

  @Override
  public List<ReplyPart> feed(String piece) {
    feed.text(piece);
    return advance();
  }

  @Override
  public List<ReplyPart> mark(String token) {
    feed.mark(token);
    return advance();
  }

  @Override
  public Place place() {
    return switch (mode) {
      case START, TEXT -> Place.CONTENT;
      case REASONING -> Place.THOUGHTS;
      case CALLS -> Place.CALLS;
    };
  }

  @Override
  public List<ReplyPart> finish() {
    feed.end();
    run();
    if (!afterCalls) {
      text.append(spaces);
    }
    spaces.setLength(0);
    flush();
    return CallWriter.taken(parts);
  }

  private List<ReplyPart> advance() {
    run();
    return CallWriter.taken(parts);
  }

  private void run() {
    boolean more = true;
    while (more) {
      more =
          switch (mode) {
            case START, TEXT -> content();
            case REASONING -> reasoning();
            case CALLS -> calls();
          };
    }
    flush();
  }

  private void flush() {
    if (spaces.length() > MAX_SPACE) {
      text.append(spaces);
      spaces.setLength(0);
    }
    if (!text.isEmpty()) {
      parts.add(
          mode == Mode.REASONING
              ? new ReplyPart.Reasoning(text.toString())
              : new ReplyPart.Text(text.toString()));
      text.setLength(0);
    }
  }

  private boolean content() {
    if (buffer.isEmpty()) {
      return false;
    }
    Match thinking = mode == Mode.START ? match(layout.thinking()) : Match.NO;
    if (thinking == Match.YES) {
      buffer.skip(layout.thinking().orElseThrow().open().length);
      buffer.commit();
      enter(Mode.REASONING);
      return true;
    }
    Match wrapping = wrapping();
    if (wrapping == Match.YES) {
      return true;
    }
    Match opening = opening(false);
    if (opening == Match.YES) {
      return true;
    }
    if (thinking == Match.PARTIAL || wrapping == Match.PARTIAL || opening == Match.PARTIAL) {
      return false;
    }
    int symbol = buffer.peek();
    if (mode == Mode.START && symbol == '{' && layout.bareCalls().isPresent() && calls.hasTools()) {
      begin(layout.bareCalls().orElseThrow().get(), 0);
      return true;
    }
    takeText();
    return true;
  }

  private Match match(Optional<Pair> pair) {
    return pair.isPresent() ? buffer.match(pair.orElseThrow().open()) : Match.NO;
  }

  private void enter(Mode next) {
    flush();
    spaces.setLength(0);
    dropSpace = true;
    mode = next;
  }

  /// Looks for a mark that opens or closes a wrapper of the content and leaves it out.
  private Match wrapping() {
    Match found = Match.NO;
    if (wrapper.isPresent()) {
      found = buffer.match(wrapper.orElseThrow().close());
      if (found == Match.YES) {
        buffer.skip(wrapper.orElseThrow().close().length);
        spaces.setLength(0);
        wrapper = Optional.empty();
      }
    } else if (mode == Mode.START) {
      for (Pair pair : layout.wrappers()) {
        Match match = buffer.match(pair.open());
        if (match == Match.YES) {
          buffer.skip(pair.open().length);
          enter(Mode.TEXT);
          wrapper = Optional.of(pair);
          found = Match.YES;
          break;
        }
        found = match == Match.PARTIAL ? match : found;
      }
    }
    if (found == Match.YES) {
      buffer.commit();
    }
    return found;
  }

  private Match opening(boolean tokensOnly) {
    if (!calls.hasTools()) {
      return Match.NO;
    }
    Match found = Match.NO;
    for (Opening opening : layout.openings()) {
      if (tokensOnly && !opening.isToken()) {
        continue;
      }
      Match match = buffer.match(opening.mark());
      if (match == Match.YES) {
        begin(opening.reader().get(), opening.length());
        return match;
      }
      found = match == Match.PARTIAL ? match : found;
    }
    return found;
  }

  private void begin(CallReader next, int length) {
    flush();
    buffer.commit();
    buffer.skip(length);
    reader = Optional.of(next);
    confirmed = false;
    before = mode;
    calls.inThoughts(mode == Mode.REASONING);
    mode = Mode.CALLS;
  }

  /// Takes one symbol as text of the present mode; marks that mean nothing here are left out.
  private void takeText() {
    int symbol = buffer.take();
    buffer.commit();
    if (Marks.isMark(symbol)) {
      return;
    }
    if (SymbolBuffer.isSpace(symbol)) {
      if (!dropSpace) {
        (holdsSpace() ? spaces : text).append((char) symbol);
      }
      return;
    }
    text.append(spaces).append((char) symbol);
    spaces.setLength(0);
    dropSpace = false;
    afterCalls = false;
    mode = mode == Mode.START ? Mode.TEXT : mode;
  }

  private boolean holdsSpace() {
    return mode != Mode.TEXT || calls.hasTools() || wrapper.isPresent();
  }

  private boolean reasoning() {
    if (buffer.isEmpty()) {
      return false;
    }
    Pair pair = layout.thinking().orElseThrow();
    Match close = buffer.match(pair.close());
    if (close == Match.YES) {
      buffer.skip(pair.close().length);
      buffer.commit();
      enter(Mode.START);
      return true;
    }
    // A model may spell out the mark that the prompt has already set.
    Match open = dropSpace ? buffer.match(pair.open()) : Match.NO;
    if (open == Match.YES) {
      buffer.skip(pair.open().length);
      buffer.commit();
      return true;
    }
    Match opening = opening(true);
    if (opening == Match.YES) {
      return true;
    }
    if (close == Match.PARTIAL || open == Match.PARTIAL || opening == Match.PARTIAL) {
      return false;
    }
    takeText();
    return true;
  }

  private boolean calls() {
    Step step = reader.orElseThrow().read(buffer, calls);
    switch (step) {
      case CALL -> {
        confirmed = true;
        spaces.setLength(0);
        buffer.commit();
      }
      case DONE -> {
        if (confirmed) {
          buffer.commit();
          afterCalls = true;
          mode = Mode.TEXT;
        } else {
          giveUp();
        }
      }
      case BROKEN -> giveUp();
      case WAIT -> {
        if (!buffer.ended() && buffer.undecided() <= MAX_UNDECIDED) {
          return false;
        }
        buffer.skipAll();
        giveUp();
      }
      case ON -> throw new IllegalStateException("a reader of calls stopped half-way");
    }
    return true;
  }

  /// What was read since the last complete call is text.
  private void giveUp() {
    calls.abandon();
    mode = before == Mode.REASONING && !confirmed ? Mode.REASONING : Mode.TEXT;
    dropSpace = false;
    if (buffer.taken() > 0) {
      text.append(spaces).append(buffer.takenText());
      spaces.setLength(0);
      buffer.commit();
    } else if (!buffer.isEmpty()) {
      takeText();
    }
  }
}
