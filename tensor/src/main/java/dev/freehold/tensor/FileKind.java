package dev.freehold.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// What a file is, told by its first bytes, and by its name only where those say nothing.
///
/// Only GGUF and safetensors are read. The others are named so that a refusal can say what was
/// found; nothing in them is unpacked or deserialised.
public enum FileKind {
  GGUF("a GGUF file"),
  SAFETENSORS("a safetensors file"),
  EMPTY("an empty file"),
  PICKLE("a Python pickle (PyTorch .bin, .pt and .ckpt files are pickles)"),
  ZIP("a ZIP archive (as PyTorch, Keras, skops and NumPy files are)"),
  NUMPY("a NumPy array file"),
  HDF5("an HDF5 file (as Keras .h5 files are)"),
  ONNX("an ONNX file"),
  TFLITE("a TensorFlow Lite file"),
  TAR("a tar archive (as NeMo files are)"),
  SEVEN_ZIP("a 7z archive"),
  RAR("a RAR archive"),
  GZIP("a gzip file"),
  BZIP2("a bzip2 file"),
  XZ("an xz file"),
  ZSTD("a zstd file"),
  OLD_GGML("a GGML file of before GGUF"),
  GIT_LFS_POINTER("a Git LFS pointer, not the file itself"),
  WEB_PAGE("a web page"),
  JSON("a JSON text"),
  UNKNOWN("a file of unknown kind");

  private static final int HEAD_BYTES = 512;
  private static final long MAX_SAFETENSORS_HEADER = 100_000_000;

  private final String label;

  FileKind(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /// @throws TensorException where the file cannot be read
  public static FileKind of(Path file) {
    try (MappedFile opened = MappedFile.open(file)) {
      return of(opened);
    }
  }

  static FileKind of(MappedFile file) {
    byte[] head = head(file.channel(), file.path());
    FileKind kind = byContent(head, file.size());
    return kind == UNKNOWN ? byName(file.path()) : kind;
  }

  /// What to do about a file of this kind where weights were expected.
  String advice() {
    return switch (this) {
      case GGUF, SAFETENSORS -> "name it where a model is expected";
      case EMPTY -> "get the file again";
      case PICKLE, ZIP, NUMPY, HDF5, ONNX, TFLITE, TAR, SEVEN_ZIP, RAR, GZIP, BZIP2, XZ, ZSTD ->
          "it is not opened, since unpacking or deserialising it could run code;"
              + " the weights must be converted to safetensors or GGUF first";
      case OLD_GGML -> "the weights must be converted to GGUF first";
      case GIT_LFS_POINTER -> "fetch the file that it points to (git lfs pull)";
      case WEB_PAGE -> "the download went wrong; get the file again";
      case JSON, UNKNOWN -> "a model is a .gguf file, a .safetensors file or a folder with one";
    };
  }

  private static byte[] head(FileChannel channel, Path path) {
    try {
      ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
      while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
        // read on until the buffer is full or the file ends
      }
      byte[] bytes = new byte[head.position()];
      head.flip().get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(path, e), e);
    }
  }

  private static FileKind byContent(byte[] head, long size) {
    if (head.length == 0) {
      return EMPTY;
    }
    if (starts(head, "GGUF")) {
      return GGUF;
    }
    if (isSafetensors(head, size)) {
      return SAFETENSORS;
    }
    if (starts(head, "lmgg") || starts(head, "tjgg") || starts(head, "fmgg")) {
      return OLD_GGML;
    }
    if (starts(head, "version https://git-lfs")) {
      return GIT_LFS_POINTER;
    }
    FileKind packed = packed(head);
    return packed == UNKNOWN ? text(head) : packed;
  }

  private static boolean isSafetensors(byte[] head, long size) {
    if (head.length < 9 || head[8] != '{') {
      return false;
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length >= 2 && length <= Math.min(MAX_SAFETENSORS_HEADER, size - 8);
  }

  private static FileKind packed(byte[] head) {
    if (starts(head, "PK\3\4") || starts(head, "PK\5\6")) {
      return ZIP;
    } else if (head.length > 1 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5) {
      return PICKLE;
    } else if (starts(head, "\u0093NUMPY")) {
      return NUMPY;
    } else if (starts(head, "\u0089HDF\r\n\u001a\n")) {
      return HDF5;
    } else if (starts(head, "7z\u00bc\u00af'\u001c")) {
      return SEVEN_ZIP;
    } else if (starts(head, "Rar!\u001a\u0007")) {
      return RAR;
    } else if (starts(head, "\u001f\u008b")) {
      return GZIP;
    } else if (starts(head, "BZh")) {
      return BZIP2;
    } else if (starts(head, "\u00fd7zXZ\0")) {
      return XZ;
    } else if (starts(head, "(\u00b5/\u00fd")) {
      return ZSTD;
    } else if (at(head, 257, "ustar")) {
      return TAR;
    } else if (at(head, 4, "TFL3")) {
      return TFLITE;
    }
    return UNKNOWN;
  }

  private static FileKind text(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
    String start = text.substring(0, Math.min(text.length(), 14)).toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return WEB_PAGE;
    }
    return start.startsWith("{") || start.startsWith("[") ? JSON : UNKNOWN;
  }

  private static FileKind byName(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "bin", "pt", "pth", "ckpt", "pkl", "pickle", "joblib" -> PICKLE;
      case "npy" -> NUMPY;
      case "npz", "keras", "skops" -> ZIP;
      case "h5", "hdf5" -> HDF5;
      case "nemo", "tar" -> TAR;
      case "onnx" -> ONNX;
      case "tflite" -> TFLITE;
      default -> UNKNOWN;
    };
  }

  private static boolean starts(byte[] head, String magic) {
    return at(head, 0, magic);
  }

  private static boolean at(byte[] head, int offset, String magic) {
    if (head.length < offset + magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (head[offset + i] != (byte) magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
