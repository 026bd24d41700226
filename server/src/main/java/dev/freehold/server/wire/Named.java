package dev.freehold.server.wire;

import dev.freehold.chat.ChatException;
import dev.freehold.server.Fields;
import java.util.function.Supplier;

/// Errors about the records of the chat module, told under the names that a dialect has for their
/// fields.
public final class Named {
  private Named() {}

  /// What `made` gives, with an error about `inner` told as one about a field of the request.
  ///
  /// @param inner the field as the records of the chat module call it
  /// @param name the field as the dialect calls it
  public static <T> T as(Fields fields, String name, String inner, Supplier<T> made) {
    try {
      return made.get();
    } catch (ChatException e) {
      if (!e.field().startsWith(inner)) {
        throw e;
      }
      String field = fields.at(name) + e.field().substring(inner.length());
      String message = String.valueOf(e.getMessage()).substring(e.field().length() + 2);
      ChatException renamed = new ChatException(e.kind(), field, message);
      renamed.initCause(e);
      throw renamed;
    }
  }
}
