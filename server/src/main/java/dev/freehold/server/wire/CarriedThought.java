package dev.freehold.server.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// What a model thought, as an opaque string that clients hand back with the next request where
/// their dialect has no room for the text.
///
/// It is encoded, not encrypted: the server keeps no answers and hides nothing from whoever it
/// answers. Form: `fh1.` and the UTF-8 text in URL-safe base64 without padding.
public final class CarriedThought {
  private static final String PREFIX = "fh1.";

  private CarriedThought() {}

  public static String encode(String thought) {
    return PREFIX
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(thought.getBytes(StandardCharsets.UTF_8));
  }

  /// The thought in a string made by [#encode]; empty for strings of other servers.
  public static Optional<String> decode(String carried) {
    if (!carried.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(carried.substring(PREFIX.length()));
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
