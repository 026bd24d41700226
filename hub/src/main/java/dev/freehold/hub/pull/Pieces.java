package dev.freehold.hub.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which mebibytes of a partial file are on this machine, kept in a small file beside it, so that
/// another process can go on where one was killed.
///
/// The file holds a line with what it is, the size and, per line, `tag HOST TAG` or the number of a
/// piece. A line counts when its end is there. A piece is written before its line; no more is
/// promised, since the digest decides in the end.
final class Pieces implements AutoCloseable {
  static final int PIECE_BYTES = 1 << 20;
  private static final int MOST_PIECES_AT_ONCE = 64;
  private static final long MAX_JOURNAL_BYTES = 1L << 30;
  private static final String HEAD = "freehold-partial 1 ";

  /// A stretch of the file that one connection fetches: from `begin` up to `end`, without it.
  record Segment(long begin, long end) {}

  private final Path journalFile;
  private final long size;
  private final int count;
  private final BitSet done = new BitSet();
  private final BitSet claimed = new BitSet();
  private final Map<String, String> tags = new HashMap<>();
  private FileChannel journal;

  private Pieces(Path journalFile, long size, FileChannel journal) {
    this.journalFile = journalFile;
    this.size = size;
    this.count = Math.toIntExact((size + PIECE_BYTES - 1) / PIECE_BYTES);
    this.journal = journal;
  }

  /// Opens the record of a partial file; a record of something else begins anew.
  static Pieces open(Path partial, long size) throws IOException {
    Path file = journalFile(partial);
    String text = read(file);
    Pieces pieces = new Pieces(file, size, writable(file));
    long length = Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS) ? Files.size(partial) : 0;
    if (length <= size && text.startsWith(HEAD + size + "\n")) {
      pieces.restore(text, length);
    } else {
      pieces.clear();
    }
    return pieces;
  }

  /// The pieces that whole lines name and the partial file is long enough for.
  private static BitSet pieces(String text, long size, long length) {
    BitSet found = new BitSet();
    String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
    for (String line : lines) {
      if (line.matches("\\d{1,9}")) {
        int piece = Integer.parseInt(line);
        long end = Math.min(size, (piece + 1L) * PIECE_BYTES);
        if ((long) piece * PIECE_BYTES < size && end <= length) {
          found.set(piece);
        }
      }
    }
    return found;
  }

  /// The bytes of a partial file that are on this machine; another process may be writing to it.
  static long bytesHere(Path partial, long size) throws IOException {
    String text = read(journalFile(partial));
    if (!text.startsWith(HEAD + size + "\n")
        || !Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    return pieces(text, size, Files.size(partial)).stream()
        .mapToLong(piece -> length(piece, size))
        .sum();
  }

  static Path journalFile(Path partial) {
    return partial.resolveSibling(partial.getFileName() + ".pieces");
  }

  private static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > MAX_JOURNAL_BYTES) {
      return "";
    }
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static FileChannel writable(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private void restore(String text, long length) throws IOException {
    int end = text.lastIndexOf('\n') + 1; // what a kill cut off does not count
    done.or(pieces(text, size, length));
    for (String line : text.substring(0, end).split("\n")) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[0].equals("tag")) {
        tags.put(words[1], words[2]);
      }
    }
    journal.truncate(end);
    journal.position(end);
  }

  private static long length(int piece, long size) {
    return Math.min(PIECE_BYTES, size - (long) piece * PIECE_BYTES);
  }

  private long end(int piece) {
    return Math.min(size, (piece + 1L) * PIECE_BYTES);
  }

  /// Forgets everything.
  synchronized void clear() throws IOException {
    done.clear();
    claimed.clear();
    tags.clear();
    if (!journal.isOpen()) {
      journal = writable(journalFile);
    }
    journal.truncate(0);
    journal.position(0);
    append(HEAD + size);
  }

  /// Lets what was claimed and not finished be claimed again.
  synchronized void release() {
    claimed.clear();
  }

  /// A stretch that nobody fetches yet, cut so that `connections` share the file.
  synchronized Optional<Segment> claim(int connections) {
    BitSet taken = (BitSet) done.clone();
    taken.or(claimed);
    int first = taken.nextClearBit(0);
    if (first >= count) {
      return Optional.empty();
    }
    int most = Math.clamp((count + connections - 1L) / connections, 1, MOST_PIECES_AT_ONCE);
    int next = taken.nextSetBit(first);
    int last = Math.min(Math.min(next < 0 ? count : next, count), first + most);
    claimed.set(first, last);
    return Optional.of(new Segment((long) first * PIECE_BYTES, end(last - 1)));
  }

  /// Records the pieces that end after `from` and not after `to`.
  synchronized void reached(long from, long to) throws IOException {
    for (int piece = (int) (from / PIECE_BYTES); piece < count && end(piece) <= to; piece++) {
      if (end(piece) > from && !done.get(piece)) {
        done.set(piece);
        write(Integer.toString(piece));
      }
    }
  }

  /// The entity tag that a host gave for this file, the given one from now on if it is the first.
  synchronized String tag(String host, String tag) throws IOException {
    String known = tags.get(host);
    if (known != null) {
      return known;
    }
    tags.put(host, tag);
    if (!tag.contains(" ") && tag.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      write("tag " + host + " " + tag);
    }
    return tag;
  }

  synchronized Optional<String> tagOf(String host) {
    return Optional.ofNullable(tags.get(host));
  }

  synchronized boolean hasTag() {
    return !tags.isEmpty();
  }

  synchronized long bytesDone() {
    return done.stream().mapToLong(piece -> length(piece, size)).sum();
  }

  private void write(String line) throws IOException {
    if (!journal.isOpen()) { // a thread was interrupted while it wrote, which closes the channel
      journal = writable(journalFile);
      journal.truncate(0);
      append(HEAD + size);
      for (Map.Entry<String, String> tag : tags.entrySet()) {
        append("tag " + tag.getKey() + " " + tag.getValue());
      }
      for (int piece = done.nextSetBit(0); piece >= 0; piece = done.nextSetBit(piece + 1)) {
        append(Integer.toString(piece));
      }
    }
    append(line);
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      journal.write(bytes);
    }
  }

  /// Closes the record and removes it.
  void delete() throws IOException {
    journal.close();
    Files.deleteIfExists(journalFile);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
