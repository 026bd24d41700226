package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The parts of the machine's own files that programs need to run, and no more: no home folders, no
/// sockets, no private keys, no names of servers.
final class SystemPaths {
  private static final List<String> FOLDERS =
      List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store");

  /// Patterns of what is shown of `/etc`.
  private static final List<String> SETTINGS =
      List.of(
          "alternatives",
          "ca-certificates",
          "ca-certificates.conf",
          "crypto-policies",
          "debian_version",
          "group",
          "java*",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "localtime",
          "mime.types",
          "maven",
          "nsswitch.conf",
          "os-release",
          "passwd",
          "perl",
          "protocols",
          "python*",
          "services",
          "terminfo",
          "timezone");

  private static final List<String> CERTIFICATES =
      List.of("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/ca-trust");

  private SystemPaths() {}

  /// Folders at the root, or symbolic links there; those that this machine has.
  static List<Path> folders() {
    return FOLDERS.stream().map(Path::of).filter(Files::isDirectory).toList();
  }

  /// Files and folders of `/etc`.
  static List<Path> settings() {
    List<Path> found = new ArrayList<>();
    String pattern = "{" + String.join(",", SETTINGS) + "}";
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(Path.of("/etc"), pattern)) {
      listed.forEach(found::add);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw new SandboxException("'/etc' cannot be listed: " + e.getMessage(), e);
    }
    CERTIFICATES.stream().map(Path::of).filter(Files::exists).forEach(found::add);
    found.sort(null);
    return found;
  }
}
