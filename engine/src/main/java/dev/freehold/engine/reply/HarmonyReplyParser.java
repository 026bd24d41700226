package dev.freehold.engine.reply;

import dev.freehold.engine.reply.SymbolBuffer.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses answers in the harmony format: messages with a header that names channel and recipient.
///
/// `analysis` is thought, `final` is content, and what is addressed to `functions.NAME` is a call;
/// other messages of `commentary` are content. The messages' marks are layout.
final class HarmonyReplyParser implements ReplyParser {
  private enum Mode {
    /// Before the first message: an answer without any mark is content.
    START,
    HEADER,
    REASONING,
    TEXT,
    CALL,
    /// Behind a call, before the mark that ends its message.
    AFTER_CALL
  }

  private static final Pattern RECIPIENT = Pattern.compile("\\bto=functions\\.([^\\s<]+)");
  private static final Pattern ANALYSIS = Pattern.compile("<\\|channel\\|>\\s*analysis\\b");
  private static final int MAX_HEADER = 512;
  private static final int MAX_CALL = 1 << 20;

  private final int[] start;
  private final int[] channel;
  private final int[] message;
  private final int[] to;
  private final int[] spaceTo;
  private final List<int[]> ends = new ArrayList<>();
  private final SymbolBuffer buffer;
  private final TextFeed feed;
  private final CallWriter calls;
  private final List<ReplyPart> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder json = new StringBuilder();
  private JsonScanner scanner = new JsonScanner(json);
  private Mode mode;
  private boolean anyMessage;

  HarmonyReplyParser(Marks marks, ReplySettings settings, CallIds ids) {
    start = marks.pattern("<|start|>");
    channel = marks.pattern("<|channel|>");
    message = marks.pattern("<|message|>");
    marks.pattern("<|constrain|>");
    to = marks.pattern("to=");
    spaceTo = marks.pattern(" to=");
    ends.add(start);
    ends.add(channel);
    for (String end : List.of("<|end|>", "<|call|>", "<|return|>")) {
      ends.add(marks.pattern(end));
    }
    buffer = new SymbolBuffer(marks);
    feed = new TextFeed(marks, buffer);
    calls = new CallWriter(settings, ids, parts);
    mode = settings.reasoningOpen() ? Mode.REASONING : Mode.START;
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
      case START, HEADER -> Place.MARKS;
      case REASONING -> Place.THOUGHTS;
      case TEXT -> Place.CONTENT;
      case CALL, AFTER_CALL -> Place.CALLS;
    };
  }

  @Override
  public List<ReplyPart> finish() {
    feed.end();
    return advance();
  }

  private List<ReplyPart> advance() {
    boolean more = true;
    while (more) {
      more =
          switch (mode) {
            case START -> start();
            case HEADER -> header();
            case REASONING, TEXT, AFTER_CALL -> body();
            case CALL -> call();
          };
    }
    flush();
    return CallWriter.taken(parts);
  }

  private void flush() {
    if (!text.isEmpty()) {
      parts.add(
          mode == Mode.REASONING
              ? new ReplyPart.Reasoning(text.toString())
              : new ReplyPart.Text(text.toString()));
      text.setLength(0);
    }
  }

  private boolean start() {
    if (anyMessage && buffer.skipSpace()) {
      buffer.commit();
    }
    if (buffer.isEmpty()) {
      return false;
    }
    Match found = Match.NO;
    for (int[] mark : List.of(start, channel, message, to, spaceTo)) {
      Match match = buffer.match(mark);
      if (match == Match.YES) {
        mode = Mode.HEADER;
        return true;
      }
      found = match == Match.PARTIAL ? match : found;
    }
    if (found == Match.NO) {
      mode = Mode.TEXT;
    }
    return found == Match.NO;
  }

  /// A header without an end is text.
  private boolean header() {
    int at = buffer.findWithin(message, MAX_HEADER);
    if (at == -1 && !buffer.ended()) {
      return false;
    }
    if (at < 0) {
      if (at == SymbolBuffer.TOO_FAR) {
        buffer.skip(MAX_HEADER);
      } else {
        buffer.skipAll();
      }
      mode = Mode.TEXT;
      giveUp();
      return true;
    }
    String header = buffer.ahead(at);
    buffer.skip(at + message.length);
    Matcher recipient = RECIPIENT.matcher(header);
    if (recipient.find()) {
      mode = Mode.CALL;
      if (calls.begin(recipient.group(1))) {
        json.setLength(0);
        scanner = new JsonScanner(json);
      } else {
        giveUp();
      }
      return true;
    }
    buffer.commit();
    mode = ANALYSIS.matcher(header).find() ? Mode.REASONING : Mode.TEXT;
    return true;
  }

  /// What was taken since the last decision is text, and so is the rest of the message.
  private void giveUp() {
    calls.abandon();
    mode = Mode.TEXT;
    text.append(buffer.takenText());
    buffer.commit();
    flush();
  }

  private boolean body() {
    if (buffer.isEmpty()) {
      return false;
    }
    Match end = end();
    if (end != Match.NO) {
      return end == Match.YES;
    }
    int symbol = buffer.take();
    buffer.commit();
    if (!Marks.isMark(symbol)) {
      text.append((char) symbol);
    }
    return true;
  }

  /// Looks for a mark that ends the message; one that begins the next stays.
  private Match end() {
    Match found = Match.NO;
    for (int[] mark : ends) {
      Match match = buffer.match(mark);
      if (match == Match.YES) {
        flush();
        boolean begins = mark == start || mark == channel;
        buffer.skip(begins ? 0 : mark.length);
        buffer.commit();
        mode = begins ? Mode.HEADER : Mode.START;
        anyMessage = true;
        return match;
      }
      found = match == Match.PARTIAL ? match : found;
    }
    return found;
  }

  private boolean call() {
    if (buffer.isEmpty()) {
      if (buffer.ended()) {
        giveUp();
        return true;
      }
      calls.arguments(json);
      json.setLength(0);
      return false;
    }
    int symbol = buffer.peek();
    boolean isObject = scanner.begun() || symbol == '{' || SymbolBuffer.isSpace(symbol);
    JsonScanner.Verdict verdict = isObject ? scanner.feed(symbol) : JsonScanner.Verdict.BAD;
    if (verdict == JsonScanner.Verdict.BAD || buffer.undecided() > MAX_CALL) {
      giveUp();
      return true;
    }
    buffer.take();
    if (verdict == JsonScanner.Verdict.COMPLETE) {
      calls.arguments(json);
      calls.end();
      buffer.commit();
      mode = Mode.AFTER_CALL;
    }
    return true;
  }
}
