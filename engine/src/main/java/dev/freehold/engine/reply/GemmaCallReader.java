package dev.freehold.engine.reply;

import java.util.Optional;

/// Reads calls as Gemma's function callers write them: `call:NAME{KEY:VALUE,...}`, strings between
/// marks of their own.
///
/// A bare word that is no constant, in JSON or in Python, and no number is a string.
final class GemmaCallReader implements CallReader {
  private static final int MAX_NAME = 256;

  /// The marks of such a format.
  ///
  /// @param quote around strings
  record Gemma(int[] close, String quote) {
    static Gemma of(Marks marks, String close, String quote) {
      marks.pattern(quote);
      return new Gemma(marks.pattern(close), quote);
    }
  }

  private final int[] close;
  private final String quote;
  private boolean done;

  GemmaCallReader(Gemma gemma) {
    close = gemma.close();
    quote = gemma.quote();
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    if (done) {
      return Step.DONE;
    }
    int length = in.find(close);
    boolean closed = length >= 0;
    if (!closed && !in.ended()) {
      return Step.WAIT;
    }
    if (!closed) {
      length = in.available();
    }
    String text = in.ahead(length).strip();
    in.skip(closed ? length + close.length : length);
    int brace = text.indexOf('{');
    if (brace < 0 || brace > MAX_NAME || !text.endsWith("}")) {
      return Step.BROKEN;
    }
    String name = text.substring(0, brace).strip();
    Optional<String> arguments =
        new Notation(text.substring(brace + 1, text.length() - 1), quote).arguments();
    if (arguments.isEmpty() || !out.call(name, arguments.get())) {
      return Step.BROKEN;
    }
    done = true;
    return Step.CALL;
  }

  /// The notation of the arguments.
  private static final class Notation extends LiteralReader {
    private final String quote;

    Notation(String text, String quote) {
      super(text);
      this.quote = quote;
    }

    @Override
    char assign(int depth) {
      return ':';
    }

    @Override
    String name() throws Misfit {
      if (take(quote)) {
        return string();
      }
      int from = at;
      while (at < text.length() && ":,{}[]".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (at == from) {
        throw misfit("a name");
      }
      return text.substring(from, at).strip();
    }

    @Override
    void value(int depth) throws Misfit {
      if (take(quote)) {
        JsonText.quote(string(), out);
      } else if (take('{')) {
        members('}', depth);
      } else if (take('[')) {
        items(']', depth);
      } else {
        int from = at;
        while (at < text.length() && ",{}[]".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        String word = text.substring(from, at).strip();
        if (word.isEmpty()) {
          throw misfit("a value");
        }
        String constant = PythonLiteral.constant(word);
        out.append(JsonScanner.whole(constant).orElseGet(() -> JsonText.quote(word)));
      }
    }

    private String string() throws Misfit {
      int end = text.indexOf(quote, at);
      if (end < 0) {
        throw misfit("the end of a string");
      }
      String string = text.substring(at, end);
      at = end + quote.length();
      return string;
    }
  }
}
