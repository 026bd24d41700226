package dev.freehold.text;

import java.util.List;

/// The expressions by which families of byte-level models cut text.
///
/// Source: the `tokenizer.json` files of the models, as llama.cpp quotes them in `llama-vocab.cpp`;
/// where llama.cpp has an approximation beside the original, the original is taken. Within `[...]`
/// the letters of ranges are written as code points.
final class PreTokenizerPatterns {
  static final List<String> GPT2 =
      List.of("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
  static final List<String> DIGITS_THEN_GPT2 = List.of("\\p{N}", GPT2.getFirst());

  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SIGNS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
  private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";

  static final List<String> DEFAULT =
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2.getFirst(), "\\p{N}+", "[0-9][0-9][0-9]");
  static final List<String> LLAMA3 =
      List.of(CONTRACTION + "|" + WORD + "\\p{N}{1,3}|" + SIGNS + SPACES);
  static final List<String> JAIS2 =
      List.of(
          CONTRACTION
              + "|"
              + WORD
              + "\\p{N}{1,3}|"
              + SIGNS
              + "\\s*[\\r\\n]+|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|"
              + "\\s{32}(?!\\S)|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}");
  static final List<String> QWEN2 = List.of(CONTRACTION + "|" + WORD + "\\p{N}|" + SIGNS + SPACES);
  static final List<String> QWEN35 =
      List.of(
          CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
              + SPACES);
  static final List<String> UFAKZEKA = List.of(WORD + "\\p{N}|" + SIGNS + SPACES);
  static final List<String> MINICPM5 =
      List.of("\\p{N}{1,3}", CONTRACTION + "|" + WORD + "\\p{N}+|" + SIGNS + SPACES);
  static final List<String> LAGUNA = List.of("[^\\n]+|[\\n]+", QWEN2.getFirst());
  static final List<String> SEED_CODER =
      List.of(CONTRACTION + "|" + WORD + "\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + SPACES);
  static final List<String> BAILING_MOE =
      List.of(
          "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+");
  static final List<String> EXAONE_MOE =
      List.of(
          CONTRACTION
              + "|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+");

  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String SIGNS_AND_SLASH = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|";

  static final List<String> TEKKEN =
      List.of(
          (BEFORE + UPPER + "*" + LOWER + "+|" + BEFORE + UPPER + "+" + LOWER + "*|\\p{N}|")
              + SIGNS_AND_SLASH
              + SPACES);

  private static final String CASED_WORDS =
      (BEFORE + UPPER + "*" + LOWER + "+" + CONTRACTION + "?|")
          + (BEFORE + UPPER + "+" + LOWER + "*" + CONTRACTION + "?|");

  static final List<String> GPT4O =
      List.of(CASED_WORDS + "\\p{N}{1,3}|" + SIGNS_AND_SLASH + SPACES);
  static final List<String> TINY_AYA = List.of("\\d{1,3}(?=(?:\\d{3})*\\b)", GPT4O.getFirst());
  static final List<String> YOUTU =
      List.of(
          "[\\x{AC00}-\\x{D7A3}\\x{3131}-\\x{318E}]+|"
              + "[\\x{FF01}\\x{2026}\\x{201C}\\x{201D}\\x{2018}\\x{2019}\\x{2014}\\x{FF1A}\\x{FF1B}"
              + "\\x{FF0C}\\x{3001}-\\x{303F}\\x{FE30}-\\x{FE4F}]+|"
              + "[\\x{3105}-\\x{312F}]+|[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{309F}\\x{30A0}-\\x{30FF}]+",
          CASED_WORDS + "\\p{N}|" + SIGNS_AND_SLASH + SPACES);
  static final List<String> KIMI_K2 =
      List.of(
          "[\\p{Han}]+|"
              + (BEFORE + but(UPPER) + "*" + but(LOWER) + "+" + CONTRACTION + "?|")
              + (BEFORE + but(UPPER) + "+" + but(LOWER) + "*" + CONTRACTION + "?|")
              + "\\p{N}{1,3}|"
              + SIGNS
              + SPACES);

  private static String but(String set) {
    return set.substring(0, set.length() - 1) + "&&[^\\p{Han}]]";
  }

  private static final String ASCII_SIGN_WORD =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
          + "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|";
  private static final String IDEOGRAPHS_AND_KANA =
      "[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{309F}\\x{30A0}-\\x{30FF}]+";

  static final List<String> DEEPSEEK3 =
      List.of(
          "\\p{N}{1,3}",
          IDEOGRAPHS_AND_KANA,
          ASCII_SIGN_WORD + " ?[\\p{P}\\p{S}]+[\\r\\n]*|" + SPACES);
  static final List<String> SPARK =
      List.of(
          "\\p{N}{1,3}",
          IDEOGRAPHS_AND_KANA,
          ASCII_SIGN_WORD + " ?[\\p{P}\\p{S}]+|[\\r\\n]|\\s+(?!\\S)|\\s+",
          "\\p{N}");
  static final List<String> AFMOE =
      List.of(
          "\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))",
          "[\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{F900}-\\x{FAFF}\\x{3040}-\\x{309F}"
              + "\\x{30A0}-\\x{30FF}\\x{FF65}-\\x{FF9F}\\x{2F00}-\\x{2FDF}\\x{0E40}-\\x{0E7F}"
              + "\\x{0E80}-\\x{0EFF}\\x{1780}-\\x{17FF}\\x{1000}-\\x{109F}\\x{AA60}-\\x{AA7F}"
              + "\\x{A9E0}-\\x{A9FF}\\x{AC00}-\\x{D7AF}\\x{1100}-\\x{11FF}]+",
          DEEPSEEK3.getLast());
  static final List<String> SUPERBPE = List.of("\\p{N}+", "(?=(\\d{3})+(?!\\d))");
  static final List<String> LINES = List.of("[^\\n]+|[\\n]+");
  static final List<String> WORDS = List.of("\\S+");
  static final List<String> FALCON =
      List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2.getFirst(), "[0-9][0-9][0-9]");
  static final List<String> BLOOM =
      List.of(" ?[^(\\s|.,!?\\x{2026}\\x{3002}\\x{FF0C}\\x{3001}\\x{0964}\\x{06D4}\\x{060C})]+");
  static final List<String> VIKING = List.of(BLOOM.getFirst(), "\\p{N}");
  static final List<String> CHAMELEON =
      List.of(
          "<sentinel:[0-9]+>",
          "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
          "([\\t\\n]|    |  )",
          "\\p{N}",
          "[\\p{P}!-/:-@\\[-`{-~]",
          GPT2.getFirst());

  private static final String IDEOGRAPHS_AND_HANGUL =
      "[\\x{4E00}-\\x{9FA5}\\x{0800}-\\x{4E00}\\x{AC00}-\\x{D7FF}]+";

  static final List<String> DEEPSEEK_CODER =
      List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", IDEOGRAPHS_AND_HANGUL, "\\p{N}");

  /// The cased letters of Unicode 11, which deepseek-llm lists one by one.
  private static final String CASED_LETTERS =
      "A-Za-z B5 C0-D6 D8-F6 F8-1BA 1BC-1BF 1C4-293 295-2AF 370-373 376 377 37B-37D 37F 386"
          + " 388-38A 38C 38E-3A1 3A3-3F5 3F7-481 48A-52F 531-556 10A0-10C5 13A0-13F5 13F8-13FD"
          + " 1C90-1CBA 1CBD-1CBF 1D00-1D2B 1D6B-1D77 1D79-1D9A 1E00-1F15 1F18-1F1D 1F20-1F45"
          + " 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FBC 1FBE 1FC2-1FC4"
          + " 1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113"
          + " 2115 2119-211D 2124 2126 2128 212A-212D 212F-2134 2139 213C-213F 2145-2149 214E"
          + " 2183 2184 2C00-2C7B 2C7E-2CE4 2CEB-2CEE 2CF2 2CF3 A640-A66D A680-A69B A722-A76F"
          + " A771-A787 A78B-A78E AB70-ABBF FB00-FB06 FB13-FB17 FF21-FF3A FF41-FF5A 10400-1044F"
          + " 104B0-104D3 104D8-104FB 10C80-10CB2 10CC0-10CF2 118A0-118DF 1E900-1E943";

  static final List<String> DEEPSEEK_LLM =
      List.of(
          "[\\r\\n]",
          "\\s?[" + escaped(CASED_LETTERS) + "]+",
          "\\s?[!-/:-~\\x{FF01}-\\x{FF0F}\\x{FF1A}-\\x{FF5E}\\x{2018}-\\x{201F}\\x{3000}-\\x{3002}]+",
          "\\s+$",
          IDEOGRAPHS_AND_HANGUL,
          "\\p{N}+");

  private PreTokenizerPatterns() {}

  private static String escaped(String ranges) {
    StringBuilder out = new StringBuilder();
    for (String range : ranges.split(" ")) {
      if (range.equals("A-Za-z")) {
        out.append(range);
      } else {
        int dash = range.indexOf('-');
        if (dash >= 0) {
          out.append("\\x{").append(range, 0, dash).append("}-");
        }
        out.append("\\x{").append(range, dash + 1, range.length()).append('}');
      }
    }
    return out.toString();
  }
}
