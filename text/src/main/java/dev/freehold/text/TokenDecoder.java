package dev.freehold.text;

import dev.freehold.text.regex.Matcher;
import dev.freehold.text.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How the texts of tokens become the text that they stand for.
///
/// Kinds and rules are those of the `tokenizers` library (`src/decoders`).
sealed interface TokenDecoder {
  /// Opens a step that feeds the next one.
  DecodeStage open(DecodeStage next);

  record Sequence(List<TokenDecoder> parts) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      DecodeStage stage = next;
      for (int i = parts.size() - 1; i >= 0; i--) {
        stage = parts.get(i).open(stage);
      }
      return stage;
    }
  }

  /// Spaces between tokens: what is done where the file names no decoder.
  record Spaced() implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          next.token(first ? text : " " + text);
        }
      };
    }
  }

  record Replace(Regex pattern, String content) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      Matcher matcher = pattern.matcher();
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          int[] points = text.codePoints().toArray();
          matcher.reset(points, 0, points.length);
          StringBuilder out = new StringBuilder();
          int done = 0;
          while (matcher.find()) {
            out.append(new String(points, done, matcher.start() - done)).append(content);
            done = matcher.end();
          }
          next.token(out.append(new String(points, done, points.length - done)).toString());
        }
      };
    }
  }

  /// Byte tokens in a row become the text of their bytes, or a U+FFFD each if they form none.
  record ByteFallback() implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        private final java.io.ByteArrayOutputStream pending = new java.io.ByteArrayOutputStream();

        @Override
        void take(String text, boolean first) {
          int b = byteOf(text);
          if (b >= 0) {
            pending.write(b);
            return;
          }
          flush();
          next.token(text);
        }

        @Override
        void last() {
          flush();
        }

        private void flush() {
          if (pending.size() > 0) {
            byte[] bytes = pending.toByteArray();
            String text = new String(bytes, StandardCharsets.UTF_8);
            boolean broken = !java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
            next.token(broken ? "\uFFFD".repeat(bytes.length) : text);
            pending.reset();
          }
        }
      };
    }
  }

  /// The byte that a token like `<0x41>` stands for, or -1.
  static int byteOf(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(token.charAt(3), 16);
    int low = Character.digit(token.charAt(4), 16);
    boolean ascii = token.charAt(3) < 128 && token.charAt(4) < 128;
    return high < 0 || low < 0 || !ascii ? -1 : high << 4 | low;
  }

  /// All tokens become one.
  record Fuse() implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new DecodeStage() {
        @Override
        public void token(String text) {
          next.chunk(text);
        }

        @Override
        public void chunk(String text) {
          next.chunk(text);
        }

        @Override
        public void end() {
          next.end();
        }
      };
    }
  }

  /// Takes up to so many of a character from the start and the end of each token.
  record Strip(int content, int start, int stop) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return stop == 0 ? new LeadingStrip(content, start, next) : whole(next);
    }

    private DecodeStage whole(DecodeStage next) {
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          next.token(strip(text));
        }
      };
    }

    private String strip(String text) {
      int[] points = text.codePoints().toArray();
      int from = 0;
      while (from < Math.min(start, points.length) && points[from] == content) {
        from++;
      }
      int to = points.length;
      while (to > from && points.length - to < stop && points[to - 1] == content) {
        to--;
      }
      return new String(points, from, to - from);
    }
  }

  /// Letters of [ByteAlphabet] become bytes, and these text; broken bytes become U+FFFD.
  record ByteLevel() implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      Utf8Decoder decoder = new Utf8Decoder();
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          next.chunk(decoder.feed(ByteAlphabet.bytes(text)));
        }

        @Override
        void last() {
          next.chunk(decoder.finish());
        }
      };
    }
  }

  /// The letter that stands for a space becomes one; in the first token it is dropped if the
  /// encoder puts one in front.
  record Metaspace(int replacement, boolean prefixed) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          String space = first && prefixed ? "" : " ";
          next.token(text.replace(Character.toString(replacement), space));
        }
      };
    }
  }

  /// Spaces before tokens that do not continue a word.
  record WordPiece(String prefix, boolean cleanup) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        @Override
        void take(String text, boolean first) {
          String out = text;
          if (!first) {
            out = text.startsWith(prefix) ? text.substring(prefix.length()) : " " + text;
          }
          next.token(cleanup ? clean(out) : out);
        }
      };
    }
  }

  /// Takes back the spaces that splitting English put before punctuation.
  static String clean(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" do not", " don't")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  /// The suffix of tokens that end a word becomes a space, but for the last token.
  record BytePair(String suffix) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        private String held = "";
        private boolean holds;

        @Override
        void take(String text, boolean first) {
          if (holds) {
            next.token(held.replace(suffix, " "));
          }
          held = text;
          holds = true;
        }

        @Override
        void last() {
          if (holds) {
            next.token(held.replace(suffix, ""));
          }
        }
      };
    }
  }

  /// Of equal tokens in a row one stays, without the padding token.
  record Ctc(String pad, String delimiter, boolean cleanup) implements TokenDecoder {
    @Override
    public DecodeStage open(DecodeStage next) {
      return new TokenStage(next) {
        private String before = "";

        @Override
        void take(String text, boolean first) {
          if (!first && text.equals(before)) {
            return;
          }
          before = text;
          String out = pad.isEmpty() ? text : text.replace(pad, "");
          if (cleanup) {
            out = clean(out);
            out = delimiter.isEmpty() ? out : out.replace(delimiter, " ");
          }
          if (!out.isEmpty()) {
            next.token(out);
          }
        }
      };
    }
  }
}
