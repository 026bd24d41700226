package dev.freehold.hub.pull;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a server answered, after redirects.
///
/// @param address that answered last
/// @param hops the heads of all answers on the way, the last one too
record Answer(int status, URI address, List<HttpHeaders> hops, TimedBody body)
    implements AutoCloseable {
  Answer {
    hops = List.copyOf(hops);
  }

  /// A header of the last answer.
  Optional<String> header(String name) {
    return hops.getLast().firstValue(name);
  }

  /// A header as the first answer that has it gives it: those of the hub come before its storage's.
  Optional<String> firstHeader(String name) {
    return hops.stream().flatMap(headers -> headers.firstValue(name).stream()).findFirst();
  }

  /// The length that the last answer announces; empty where it says none or no number.
  OptionalLong length() {
    try {
      Optional<String> length = header("content-length");
      return length.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(length.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /// An entity tag without quotes; empty for a weak one, which does not say that bytes are equal.
  Optional<String> strongTag() {
    return header("etag").filter(tag -> !tag.startsWith("W/")).map(Answer::unquoted);
  }

  static String unquoted(String tag) {
    String text = tag.startsWith("W/") ? tag.substring(2) : tag;
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  boolean isPage() {
    return header("content-type").filter(type -> type.startsWith("text/html")).isPresent();
  }

  @Override
  public void close() {
    body.close();
  }
}
