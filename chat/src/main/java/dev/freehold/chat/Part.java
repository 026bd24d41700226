package dev.freehold.chat;

import java.util.Set;

/// A piece of a message's content.
public sealed interface Part {
  /// Text as the user, a tool or the model wrote it; it never spells a special token.
  record Text(String text) implements Part {}

  /// An image that is sent with the message, or that lies elsewhere.
  ///
  /// @param mediaType as `image/png`; empty where it lies elsewhere
  /// @param base64 its bytes; empty where it lies elsewhere
  /// @param url where it lies; empty where it is sent with the message
  record Image(String mediaType, String base64, String url) implements Part {
    private static final Set<String> TYPES =
        Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
    private static final int MAX_URL = 8192;

    public Image {
      if (base64.isEmpty() == url.isEmpty()) {
        throw new ChatException("image", "expected its bytes or where it lies, one of both");
      }
      if (!base64.isEmpty() && !TYPES.contains(mediaType)) {
        throw new ChatException(
            "image", "expected the media type image/png, image/jpeg, image/gif or image/webp");
      }
      if (url.length() > MAX_URL || !(url.isEmpty() || url.matches("https?://\\S+"))) {
        throw new ChatException(
            "image",
            "expected an address of http or https of at most %d characters".formatted(MAX_URL));
      }
      for (int i = 0; i < base64.length(); i++) {
        if (!isBase64(base64.charAt(i))) {
          throw new ChatException(
              "image", "expected base64, found another character at %d".formatted(i));
        }
      }
    }

    public static Image of(String mediaType, String base64) {
      return new Image(mediaType, base64, "");
    }

    public static Image at(String url) {
      return new Image("", "", url);
    }

    /// An image whose address is a `data:` URL, or that lies where the URL says.
    ///
    /// @throws ChatException where it is neither
    public static Image ofUrl(String url) {
      if (!url.startsWith("data:")) {
        return at(url);
      }
      int comma = url.indexOf(',');
      String head = comma < 0 ? "" : url.substring("data:".length(), comma);
      if (!head.endsWith(";base64")) {
        throw new ChatException("image", "expected data:image/...;base64,... or an address");
      }
      String mediaType = head.substring(0, head.length() - ";base64".length());
      return of(mediaType.split(";", 2)[0], url.substring(comma + 1));
    }

    /// The image as a URL; one that is sent with the message as a `data:` URL.
    public String asUrl() {
      return url.isEmpty() ? "data:" + mediaType + ";base64," + base64 : url;
    }

    private static boolean isBase64(char c) {
      return c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '+'
          || c == '/'
          || c == '=';
    }
  }

  /// The texts of parts, one line break between two of them; images have none.
  static String text(Iterable<Part> parts) {
    StringBuilder joined = new StringBuilder();
    String between = "";
    for (Part part : parts) {
      switch (part) {
        case Text text -> {
          joined.append(between).append(text.text());
          between = "\n";
        }
        case Image image -> {}
      }
    }
    return joined.toString();
  }
}
