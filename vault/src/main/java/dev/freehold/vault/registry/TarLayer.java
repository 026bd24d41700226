package dev.freehold.vault.registry;

import dev.freehold.hub.pull.SafePath;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the files of a tar archive from elsewhere, one after the other, within limits.
///
/// Only plain files and folders with plain relative names count; a link, a device, a file that
/// would run as another user, a name twice, a size that is a lie or more bytes than allowed end the
/// reading. Nothing is written here. Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax
/// Extended Header"; GNU tar's long names.
final class TarLayer {
  private static final int BLOCK = 512;
  private static final int MAX_HEADER = 1 << 16;
  private static final int SET_USER_OR_GROUP = 06000;

  private final InputStream in;
  private final Limits limits;
  private final Set<String> names = new HashSet<>();
  private long bytes;
  private int entries;

  /// What an archive may hold.
  record Limits(int maxEntries, long maxBytes) {}

  /// Takes a file's bytes; it must read all of them.
  interface Sink {
    void file(String name, long size, InputStream content) throws IOException, InterruptedException;
  }

  TarLayer(InputStream in, Limits limits) {
    this.in = in;
    this.limits = limits;
  }

  /// Reads the archive to its end.
  ///
  /// @return the names of its files
  /// @throws VaultException where it holds what is refused
  List<String> read(Sink sink) throws IOException, InterruptedException {
    Map<String, String> extended = new HashMap<>();
    List<String> files = new ArrayList<>();
    for (Optional<byte[]> block = block(); block.isPresent(); block = block()) {
      byte[] header = block.get();
      if (isZero(header)) {
        return files;
      }
      requireChecksum(header);
      if (++entries > limits.maxEntries()) {
        throw refused("more than " + limits.maxEntries() + " entries");
      }
      char type = (char) (header[156] & 0xFF);
      boolean isHeader = type == 'x' || type == 'L' || type == 'g';
      long own = number(header, 124, 12);
      long size = isHeader ? own : extendedSize(extended).orElse(own);
      if (size != own && own != 0) { // readers that know no extended headers would see other files
        throw refused("an entry with two sizes, %d and %d".formatted(own, size));
      }
      requireSize(size);
      switch (type) {
        case 'x' -> extended.putAll(pax(small(size)));
        case 'L' -> extended.put("path", text(small(size), 0, (int) size));
        case 'g' -> small(size);
        case '0', '\0', '5' -> {
          String name = name(header, extended);
          extended.clear();
          boolean isFolder = type == '5' || name.endsWith("/");
          requireEntry(header, name, isFolder, size);
          if (!isFolder) {
            files.add(name);
            content(name, size, sink);
          }
        }
        default ->
            throw refused("\"%s\" is %s".formatted(shown(name(header, extended)), kind(type)));
      }
    }
    throw refused("it ends in the middle");
  }

  private void content(String name, long size, Sink sink) throws IOException, InterruptedException {
    Part part = new Part(size);
    sink.file(name, size, part);
    if (part.left > 0) {
      throw refused("\"%s\" has fewer bytes than it says".formatted(shown(name)));
    }
    skipPadding(size);
  }

  private void requireSize(long size) {
    bytes = size < 0 ? Long.MAX_VALUE : Math.addExact(bytes, Math.min(size, Long.MAX_VALUE / 4));
    if (bytes > limits.maxBytes()) {
      throw refused("it would unpack to more than %d bytes".formatted(limits.maxBytes()));
    }
  }

  private void requireEntry(byte[] header, String name, boolean isFolder, long size) {
    String path = isFolder ? name.replaceFirst("/$", "") : name;
    if (path.equals(".") && isFolder) {
      return;
    }
    SafePath.problem(path)
        .ifPresent(problem -> {
          throw refused("\"%s\" has %s".formatted(shown(name), problem));
        });
    if (!isFolder && !names.add(path)) {
      throw refused("\"%s\" is in it twice".formatted(shown(name)));
    }
    if (isFolder && size != 0) {
      throw refused("the folder \"%s\" has bytes".formatted(shown(name)));
    }
    if (!isFolder && (number(header, 100, 8) & SET_USER_OR_GROUP) != 0) {
      throw refused("\"%s\" would run as another user".formatted(shown(name)));
    }
  }

  private static String kind(char type) {
    return switch (type) {
      case '1' -> "a hard link";
      case '2' -> "a symbolic link";
      case '3', '4' -> "a device";
      case '6' -> "a pipe";
      case 'S' -> "a sparse file";
      default -> "of a kind that is not read here";
    };
  }

  private String name(byte[] header, Map<String, String> extended) {
    String longName = extended.get("path");
    String name = longName != null ? longName : text(header, 0, 100);
    boolean isUstar = text(header, 257, 5).equals("ustar") && header[262] == 0;
    String prefix = longName == null && isUstar ? text(header, 345, 155) : "";
    String whole = prefix.isEmpty() ? name : prefix + "/" + name;
    return whole.startsWith("./") && whole.length() > 2 ? whole.substring(2) : whole;
  }

  private static Optional<Long> extendedSize(Map<String, String> extended) {
    String size = extended.get("size");
    if (size == null) {
      return Optional.empty();
    }
    if (!size.matches("\\d{1,18}")) {
      throw refused("a size that is no number");
    }
    return Optional.of(Long.parseLong(size));
  }

  /// The records `LENGTH KEY=VALUE\n` of an extended header.
  private static Map<String, String> pax(byte[] bytes) {
    Map<String, String> records = new HashMap<>();
    for (int at = 0; at < bytes.length; ) {
      int space = at;
      while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9') {
        space++;
      }
      String digits = new String(bytes, at, space - at, StandardCharsets.US_ASCII);
      boolean fits = !digits.isEmpty() && digits.length() < 7 && space < bytes.length;
      int length = fits ? Integer.parseInt(digits) : 0;
      if (!fits || length < space - at + 3 || at + length > bytes.length) {
        throw refused("a header that cannot be read");
      }
      String record = new String(bytes, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals < 1) {
        throw refused("a header that cannot be read");
      }
      records.put(record.substring(0, equals), record.substring(equals + 1));
      at += length;
    }
    if (records.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
      throw refused("a sparse file");
    }
    records.keySet().retainAll(Set.of("path", "size"));
    return records;
  }

  private byte[] small(long size) throws IOException {
    if (size > MAX_HEADER) {
      throw refused("a header of %d bytes".formatted(size));
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length != size) {
      throw refused("it ends in the middle");
    }
    skipPadding(size);
    return bytes;
  }

  private void skipPadding(long size) throws IOException {
    int padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
    if (in.readNBytes(padding).length != padding) {
      throw refused("it ends in the middle");
    }
  }

  private Optional<byte[]> block() throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    return block.length == BLOCK ? Optional.of(block) : Optional.empty();
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static void requireChecksum(byte[] header) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    }
    if (sum != number(header, 148, 8)) {
      throw refused("a header with a wrong checksum");
    }
  }

  private static long number(byte[] header, int at, int length) {
    if (header[at] < 0) { // base 256, for sizes above 8 GiB
      long value = header[at] & 0x7F;
      for (int i = 1; i < length; i++) {
        if (value > Long.MAX_VALUE >> 8) {
          throw refused("a number that is too large");
        }
        value = value << 8 | header[at + i] & 0xFF;
      }
      return value;
    }
    String digits = text(header, at, length).strip();
    if (!digits.matches("[0-7]{0,20}")) {
      throw refused("a number that is none");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static String text(byte[] bytes, int at, int length) {
    int end = at;
    while (end < Math.min(bytes.length, at + length) && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  private static String shown(String name) {
    String start = name.length() > 120 ? name.substring(0, 120) + "..." : name;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  static VaultException refused(String why) {
    return new VaultException("the archive is refused: " + why);
  }

  /// The bytes of one file.
  private final class Part extends InputStream {
    private long left;

    Part(long size) {
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(into, at, (int) Math.min(length, left));
      if (count < 0) {
        throw refused("it ends in the middle");
      }
      left -= count;
      return count;
    }
  }
}
