package dev.freehold.tensor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The place of a GGUF file among the parts of a split model, as its name says.
///
/// Parts are named `PREFIX-00001-of-0000N.gguf`; `split.no` counts from 0, the name from 1. The
/// first part has all metadata; the others repeat only keys that agree with it. Source: gguf-split
/// of llama.cpp.
///
/// @param number counted from 0
record GgufSplit(Path folder, String prefix, int number, int count) {
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final String NUMBER_KEY = "split.no";
  private static final String COUNT_KEY = "split.count";
  private static final String TENSORS_KEY = "split.tensors.count";
  private static final int MAX_PARTS = 99_999;

  static Optional<GgufSplit> nameOf(Path file) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    Matcher matcher = NAME.matcher(String.valueOf(absolute.getFileName()));
    if (folder == null || !matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new GgufSplit(
            folder,
            matcher.group(1),
            Integer.parseInt(matcher.group(2)) - 1,
            Integer.parseInt(matcher.group(3))));
  }

  /// The files of all parts in order, or the one file where it is not split.
  static List<Path> files(GgufHeader header) {
    Metadata metadata = new Metadata(header.metadata());
    int count = metadata.has(COUNT_KEY) ? part(header, COUNT_KEY, 1, MAX_PARTS) : 1;
    if (count == 1) {
      return List.of(header.file());
    }
    int number = part(header, NUMBER_KEY, 0, count - 1);
    GgufSplit name =
        nameOf(header.file())
            .orElseThrow(() ->
                new TensorException(
                    "%s: part %d of %d of a split model, but its name does not end in %s"
                        .formatted(header.file(), number + 1, count, ending(number, count))));
    if (name.number != number || name.count != count) {
      throw new TensorException(
          "%s: %s and %s say part %d of %d, the name says part %d of %d"
              .formatted(
                  header.file(),
                  NUMBER_KEY,
                  COUNT_KEY,
                  number + 1,
                  count,
                  name.number + 1,
                  name.count));
    }
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = name.folder.resolve(name.prefix + ending(i, count));
      if (!Files.exists(file)) {
        throw new TensorException(
            "%s: part %d of %d is missing: no file %s"
                .formatted(header.file(), i + 1, count, file));
      }
      files.add(file);
    }
    return files;
  }

  /// Checks that the headers are the parts of one model, in order and complete.
  static void check(List<GgufHeader> parts) {
    GgufHeader first = parts.getFirst();
    long tensors = 0;
    for (int i = 0; i < parts.size(); i++) {
      GgufHeader part = parts.get(i);
      int number = part(part, NUMBER_KEY, 0, MAX_PARTS);
      if (number != i) {
        throw new TensorException(
            "%s: metadata %s: expected %d, found %d: another part under this name"
                .formatted(part.file(), NUMBER_KEY, i, number));
      }
      for (Map.Entry<String, Object> pair : part.metadata().entrySet()) {
        boolean agrees = Objects.deepEquals(pair.getValue(), first.metadata().get(pair.getKey()));
        if (!agrees && !pair.getKey().equals(NUMBER_KEY)) {
          throw new TensorException(
              "%s: metadata %s differs from that of %s: parts of different models"
                  .formatted(part.file(), Printable.text(pair.getKey()), first.file()));
        }
      }
      tensors += part.tensors().size();
    }
    int stated = part(first, TENSORS_KEY, 0, Integer.MAX_VALUE);
    if (tensors != stated) {
      throw new TensorException(
          "%s: metadata %s: %d, but the %d parts hold %d tensors"
              .formatted(first.file(), TENSORS_KEY, stated, parts.size(), tensors));
    }
  }

  private static int part(GgufHeader header, String key, int min, int max) {
    try {
      return new Metadata(header.metadata()).integer(key, min, max);
    } catch (TensorException e) {
      throw new TensorException("%s: %s".formatted(header.file(), e.getMessage()), e);
    }
  }

  private static String ending(int number, int count) {
    return "-%05d-of-%05d.gguf".formatted(number + 1, count);
  }
}
