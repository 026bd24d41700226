package dev.freehold.server.wire;

import dev.freehold.chat.Handling;
import dev.freehold.server.Problem;
import dev.freehold.server.ServerException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// The headers by which a request says how it may be taken to an answer: `x-freehold-local-only`
/// (`true`), `x-freehold-delivery` (`whole`) and `x-freehold-conversation` (any name).
public final class HandlingHeaders {
  private HandlingHeaders() {}

  /// @param header gives the value of a request header
  /// @throws ServerException where a value is none that is known
  public static Handling read(Function<String, Optional<String>> header) {
    return new Handling(
        isSaid(header, "x-freehold-local-only", "true", "false"),
        isSaid(header, "x-freehold-delivery", "whole", "stream"),
        header.apply("x-freehold-conversation").orElse(""));
  }

  private static boolean isSaid(
      Function<String, Optional<String>> header, String name, String yes, String no) {
    Optional<String> value = header.apply(name).map(text -> text.strip().toLowerCase(Locale.ROOT));
    if (value.isPresent() && !value.get().equals(yes) && !value.get().equals(no)) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST, "%s: expected %s or %s".formatted(name, yes, no));
    }
    return value.equals(Optional.of(yes));
  }
}
