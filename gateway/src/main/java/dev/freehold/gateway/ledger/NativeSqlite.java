package dev.freehold.gateway.ledger;

import dev.freehold.sqlite.OwnFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/// Where SQLite's machine code lies: one file, named by its digest, in a folder of the user's own.
///
/// The driver by itself would unpack it to a new name in the folder for temporary files at every
/// start, which all users may write to and which may forbid running what lies there.
public final class NativeSqlite {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private NativeSqlite() {}

  /// Unpacks the library for this machine unless it lies there unchanged, and has the driver load
  /// it from there; the first folder that is named counts for the whole process.
  ///
  /// @throws LedgerException where the folder cannot be written, or there is none for this machine
  public static void use(Path folder) {
    String system = OSInfo.getNativeLibFolderPathForCurrentOS();
    String name = System.mapLibraryName("sqlitejdbc");
    String resource = "/org/sqlite/native/" + system + "/" + name;
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new LedgerException(
            "SQLite has no library for %s; the ledger needs it".formatted(system));
      }
      byte[] bytes = in.readAllBytes();
      Path file = folder.resolve("sqlite-" + digest(bytes) + "-" + name);
      if (!holds(file, bytes)) {
        write(folder, file, bytes);
      }
      System.setProperty("org.sqlite.lib.path", folder.toAbsolutePath().toString());
      System.setProperty("org.sqlite.lib.name", String.valueOf(file.getFileName()));
      // Where the driver would unpack it if it could not be loaded from there.
      System.setProperty("org.sqlite.tmpdir", folder.toAbsolutePath().toString());
    } catch (IOException failure) {
      throw new LedgerException(
          "%s: SQLite's library cannot be unpacked there: %s".formatted(folder, failure), failure);
    }
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == bytes.length
        && MessageDigest.isEqual(Files.readAllBytes(file), bytes);
  }

  private static void write(Path folder, Path file, byte[] bytes) throws IOException {
    OwnFiles.createFolder(folder);
    Path part = Files.createTempFile(folder, "sqlite", ".part");
    try {
      Files.write(part, bytes);
      if (OwnFiles.hasPermissions(part)) {
        Files.setPosixFilePermissions(part, OWNER);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
