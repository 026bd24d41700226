package dev.freehold.hub;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the name of a GGUF file says: `STEM-QUANTIZATION-00001-of-00003.gguf`.
///
/// @param stem without the ending and the number of a part
/// @param part number of this part of a split file, 1 where it is not split
/// @param parts how many parts the file has
public record GgufName(String stem, int part, int parts) {
  private static final Pattern SPLIT = Pattern.compile("-(\\d{5})-of-(\\d{5})$");
  private static final Pattern QUANTIZATION =
      Pattern.compile(
          "(?i)(?:^|[-._])((?:UD-)?"
              + "(?:I?Q\\d+(?:_[A-Z0-9]+)*|TQ\\d_0|MXFP4(?:_MOE)?|BF16|F16|F32))$");

  /// Reads a file's name, with or without its ending.
  public static GgufName of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String whole = dot < 0 ? fileName : fileName.substring(0, dot);
    Matcher split = SPLIT.matcher(whole);
    return split.find()
        ? new GgufName(
            whole.substring(0, split.start()),
            Integer.parseInt(split.group(1)),
            Integer.parseInt(split.group(2)))
        : new GgufName(whole, 1, 1);
  }

  /// Whether the name says that it is a part of several.
  public boolean isSplit() {
    return parts > 1;
  }

  /// The quantization that the stem ends with, as in `model-Q4_K_M`; upper case.
  public Optional<String> quantization() {
    Matcher matcher = QUANTIZATION.matcher(stem);
    return matcher.find()
        ? Optional.of(matcher.group(1).toUpperCase(Locale.ROOT))
        : Optional.empty();
  }
}
