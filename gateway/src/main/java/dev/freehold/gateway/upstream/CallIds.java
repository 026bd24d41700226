package dev.freehold.gateway.upstream;

import dev.freehold.chat.Message;
import dev.freehold.chat.ToolCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Ids of calls as every vendor takes them: those of the client where they can stay, else numbers,
/// the same in a call and its result; results without an id answer the calls in their order.
final class CallIds {
  private final Map<String, String> known = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Deque<String> unanswered = new ArrayDeque<>();
  private int made;

  /// The id of a call.
  String of(ToolCall call) {
    String id = call.id().isEmpty() ? fresh() : known.computeIfAbsent(call.id(), this::fit);
    unanswered.add(id);
    return id;
  }

  /// The id of the call that a result answers.
  String of(Message.ToolResult result) {
    if (result.callId().isEmpty()) {
      return unanswered.isEmpty() ? fresh() : unanswered.remove();
    }
    String id = known.computeIfAbsent(result.callId(), this::fit);
    unanswered.remove(id);
    return id;
  }

  private String fit(String id) {
    return id.matches("[a-zA-Z0-9_-]{1,64}") && taken.add(id) ? id : fresh();
  }

  private String fresh() {
    String id;
    do {
      id = "call_" + made++;
    } while (!taken.add(id));
    return id;
  }
}
