package dev.freehold.gateway.route;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which target answered a conversation last, so that what it keeps of it is of use.
///
/// A conversation is what the request calls it, else how it begins: instructions and first
/// question, of one caller on one route.
public final class Affinity {
  private static final int MAX_CONVERSATIONS = 10_000;

  private final Map<Integer, String> targets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
          return size() > MAX_CONVERSATIONS;
        }
      };

  /// A number for a conversation; two may share one, which costs nothing but the preference.
  public static int key(ChatRequest request, Route route) {
    String name = request.caller().handling().conversation();
    int begin = name.isEmpty() ? begin(request.input()) : name.hashCode();
    return (request.caller().name().hashCode() * 31 + route.name().hashCode()) * 31 + begin;
  }

  private static int begin(Input input) {
    if (!(input instanceof Input.Conversation conversation)) {
      return 0;
    }
    int hash = 1;
    for (Message message : conversation.messages()) {
      hash = hash * 31 + Part.text(message.content()).hashCode();
      if (message instanceof Message.User) {
        return hash;
      }
    }
    return hash;
  }

  synchronized Optional<String> target(int conversation) {
    return Optional.ofNullable(targets.get(conversation));
  }

  public synchronized void answered(int conversation, String target) {
    targets.put(conversation, target);
  }
}
