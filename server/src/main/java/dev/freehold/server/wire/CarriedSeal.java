package dev.freehold.server.wire;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.SealedThought;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a service sealed of its thinking, as an opaque string that clients hand back, with the name
/// of that service.
///
/// Form: `fh2.` and, in URL-safe base64 without padding, the JSON array of the service's name, its
/// seal, whether it told nothing else, and the thinking where the client is not told of it.
public final class CarriedSeal {
  private static final String PREFIX = "fh2.";

  private CarriedSeal() {}

  /// @param text where the client is not told of it; else empty
  public static String encode(ChatEvent.ReasoningSealed sealed, String text) {
    String json =
        JsonNodeFactory.instance
            .arrayNode()
            .add(sealed.backend())
            .add(sealed.seal())
            .add(sealed.isRedacted())
            .add(text)
            .toString();
    return PREFIX
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /// What a string made by [#encode] carries; empty for strings of other servers.
  ///
  /// @param told the thinking, where the client was told of it
  /// @param position how many parts and calls of the message come before it
  public static Optional<SealedThought> decode(String carried, String told, int position) {
    if (!carried.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(carried.substring(PREFIX.length()));
      JsonNode json = StrictJson.parse(bytes, "a carried seal");
      if (!json.isArray()
          || json.size() != 4
          || !json.get(0).isString()
          || !json.get(1).isString()
          || !json.get(2).isBoolean()
          || !json.get(3).isString()) {
        return Optional.empty();
      }
      String text = told.isEmpty() ? json.get(3).stringValue() : told;
      return Optional.of(
          new SealedThought(
              json.get(0).stringValue(),
              text,
              json.get(1).stringValue(),
              json.get(2).booleanValue(),
              position));
    } catch (IllegalArgumentException | TensorException e) {
      return Optional.empty();
    }
  }
}
