package dev.freehold.hub.pull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A folder for what was fetched and did not have the bytes that its digest promises, so that a
/// person can look at it. It holds so many files and so many bytes; the oldest give way.
///
/// A file is called `refused-DIGEST` after what its bytes hash to, with a record of what they were
/// to be in `refused-DIGEST.json`. Nothing reads either again.
///
/// @param mostFiles how many are kept
/// @param mostBytes of all of them; a file that has more by itself is thrown away
public record Quarantine(Path folder, int mostFiles, long mostBytes) {
  private static final String PREFIX = "refused-";
  private static final String RECORD = ".json";
  private static final int MOST_FILES = 16;
  private static final long MOST_BYTES = 8L << 30;

  /// With the limits of everyday use: 16 files, 8 GiB.
  public Quarantine(Path folder) {
    this(folder, MOST_FILES, MOST_BYTES);
  }

  /// A file that is kept.
  private record Kept(Path file, long bytes, FileTime time) {}

  /// Takes a file with wrong bytes away from where it lies.
  ///
  /// @param found what its bytes hash to
  /// @return what became of it, as the end of a sentence about the bytes
  String take(RemoteFile file, Path wrong, String found) throws IOException {
    try {
      long bytes = Files.size(wrong);
      if (bytes > mostBytes) {
        return "were thrown away, since a quarantine holds at most %d bytes".formatted(mostBytes);
      }
      StoreFolders.make(StoreFolders.parent(folder), folder);
      Path place = folder.resolve(PREFIX + found);
      StoreFolders.requirePlain(place);
      makeRoom(place, bytes);
      StoreFolders.write(record(place), describe(file, found));
      StoreFolders.moveInto(wrong, place);
      return "are kept in " + place;
    } catch (IOException | dev.freehold.hub.HubException failure) {
      return "were thrown away, since the quarantine cannot take them: " + failure.getMessage();
    } finally {
      Files.deleteIfExists(wrong);
    }
  }

  private static Path record(Path file) {
    return file.resolveSibling(file.getFileName() + RECORD);
  }

  private static byte[] describe(RemoteFile file, String found) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("file", file.name());
    record.put("from", Addresses.shown(file.address()));
    record.put("promised", file.digest().map(FileDigest::toString).orElse(""));
    record.put("found", found);
    record.put("bytes", file.bytes());
    return (record.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// Deletes the oldest files until another has room.
  private void makeRoom(Path place, long bytes) throws IOException {
    List<Kept> kept = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(this::isOurs).toList()) {
        if (file.equals(place)) {
          continue; // gives way to the same bytes
        }
        kept.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
      }
    }
    kept.sort(Comparator.comparing(Kept::time));
    long sum = bytes + kept.stream().mapToLong(Kept::bytes).sum();
    int count = kept.size() + 1;
    for (Kept oldest : kept) {
      if (count <= mostFiles && sum <= mostBytes) {
        return;
      }
      Files.deleteIfExists(oldest.file());
      Files.deleteIfExists(record(oldest.file()));
      sum -= oldest.bytes();
      count--;
    }
  }

  private boolean isOurs(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(PREFIX)
        && !name.endsWith(RECORD)
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }
}
