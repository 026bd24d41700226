package dev.freehold.vault.disk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The files and folders of a simulated disk, each with what of it would outlive a loss of power.
final class SimulatedTree {
  private static final int SECTOR = 512;

  private SimulatedTree() {}

  /// What a name means.
  sealed interface Node permits FileNode, FolderNode, LinkNode {}

  /// A file: its bytes, and what of them would outlive a loss of power.
  static final class FileNode implements Node {
    byte[] written = new byte[0];
    byte[] synced = new byte[0];
    final List<long[]> unsynced = new ArrayList<>();
    boolean isLost;
  }

  /// A folder: its names, and what each meant since they were synced last.
  static final class FolderNode implements Node {
    final TreeMap<String, Node> names = new TreeMap<>();
    final TreeMap<String, List<Optional<Node>>> unsynced = new TreeMap<>();

    void put(String name, @Nullable Node node) {
      unsynced
          .computeIfAbsent(
              name, n -> new ArrayList<>(List.of(Optional.ofNullable(names.get(name)))))
          .add(Optional.ofNullable(node));
      if (node == null) {
        names.remove(name);
      } else {
        names.put(name, node);
      }
    }
  }

  /// A symbolic link.
  record LinkNode(Path target) implements Node {}

  /// Of what was not synced leaves what chance wills.
  static void losePower(FolderNode folder, Random chance) {
    folder.unsynced.forEach((name, states) -> {
      Optional<Node> left = states.get(chance.nextInt(states.size()));
      if (left.isPresent()) {
        folder.names.put(name, left.get());
      } else {
        folder.names.remove(name);
      }
    });
    folder.unsynced.clear();
    for (Node node : folder.names.values()) {
      switch (node) {
        case FileNode file -> tear(file, chance);
        case FolderNode below -> losePower(below, chance);
        case LinkNode link -> {}
      }
    }
  }

  /// Of unsynced writes, whole sectors are there or not; the file is as long as its last one.
  private static void tear(FileNode file, Random chance) {
    byte[] left = file.synced.clone();
    for (long[] write : file.unsynced) {
      for (long at = write[0]; at < write[1]; at = (at / SECTOR + 1) * SECTOR) {
        int end = (int) Math.min(write[1], (at / SECTOR + 1) * SECTOR);
        if (chance.nextBoolean() && end <= file.written.length) {
          left = left.length < end ? Arrays.copyOf(left, end) : left;
          System.arraycopy(file.written, (int) at, left, (int) at, end - (int) at);
        }
      }
    }
    file.unsynced.clear();
    file.written = left;
    file.synced = left.clone();
  }
}
