package dev.freehold.server.page;

import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/// A file of the web pages, as it goes over the wire.
///
/// @param type its media type
/// @param tag names these bytes among all that stood at this path, in quotes
record StaticFile(String type, String tag, byte[] bytes) {

  /// @param path as requests name it, `/page/` and the resource beside this class
  /// @throws IllegalStateException where the program was built without it
  static StaticFile read(String path) {
    String resource = path.substring("/page/".length());
    try (InputStream in = StaticFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + path);
      }
      byte[] bytes = in.readAllBytes();
      return new StaticFile(type(resource), tag(bytes), bytes);
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot read " + path, broken);
    }
  }

  private static String type(String resource) {
    return switch (resource.substring(resource.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js", "mjs" -> "text/javascript; charset=utf-8";
      case "json" -> "application/json";
      case "svg" -> "image/svg+xml";
      default -> "text/plain; charset=utf-8";
    };
  }

  private static String tag(byte[] bytes) {
    return '"' + HexFormat.of().formatHex(Sha256.bytes(bytes), 0, 16) + '"';
  }
}
