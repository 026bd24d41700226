package dev.freehold.audit.subject;

import dev.freehold.tensor.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A file of a model that is not read as a text.
///
/// @param name within the model
/// @param kind what it is
/// @param bytes its size; of a pointer, the size that it states
/// @param sha256 of its bytes, or that a pointer states; empty where nobody computed it
public record StoredFile(String name, Kind kind, long bytes, Optional<String> sha256) {
  /// A pointer of Git LFS is shorter.
  public static final int MOST_POINTER_BYTES = 1024;

  private static final String POINTER = "version https://git-lfs.github.com/spec/v1";
  private static final Set<String> TENSORS = Set.of("safetensors", "gguf", "onnx");
  private static final Set<String> PICKLES =
      Set.of("bin", "pt", "pth", "pkl", "pickle", "ckpt", "h5", "joblib", "npz", "msgpack");
  private static final Set<String> NO_TEXT =
      Set.of(
          "png", "jpg", "jpeg", "gif", "webp", "zip", "gz", "tar", "zst", "xz", "mp3", "mp4", "wav",
          "parquet", "arrow", "model", "npy", "jar", "class", "so", "dylib", "dll", "exe");

  /// What a file of a model can be.
  public enum Kind {
    /// Tensors, in a format that runs no code.
    WEIGHTS,
    /// Tensors in a format that can run code when it is read.
    PICKLE,
    /// A pointer of Git LFS in the place of a file that was not fetched.
    POINTER,
    /// Anything else.
    OTHER;

    /// What a file is by its name; empty of one that can be a text.
    public static Optional<Kind> of(String name) {
      int dot = name.lastIndexOf('.');
      String extension =
          dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
      if (TENSORS.contains(extension)) {
        return Optional.of(WEIGHTS);
      } else if (PICKLES.contains(extension)) {
        return Optional.of(PICKLE);
      }
      return NO_TEXT.contains(extension) ? Optional.of(OTHER) : Optional.empty();
    }
  }

  /// The file as a pointer of Git LFS; empty where its bytes are none.
  public static Optional<StoredFile> pointer(String name, byte[] bytes) {
    if (bytes.length > MOST_POINTER_BYTES) {
      return Optional.empty();
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (!text.startsWith(POINTER)) {
      return Optional.empty();
    }
    Optional<String> digest = Optional.empty();
    long stated = 0;
    for (String line : text.lines().toList()) {
      String oid = line.startsWith("oid sha256:") ? line.substring(11).strip() : "";
      if (Sha256.isDigest(oid)) {
        digest = Optional.of(oid);
      }
      if (line.matches("size \\d{1,18}")) {
        stated = Long.parseLong(line.substring(5));
      }
    }
    return Optional.of(new StoredFile(name, Kind.POINTER, stated, digest));
  }
}
