package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatEvent;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// The calls of tools in an answer, held back until the answer has its end: half a call is worse
/// than none.
public final class HeldCalls {
  private static final int MAX_CALLS = 1_000;
  private static final int MAX_ARGUMENTS = 16 << 20;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_ARGUMENTS, 64, MAX_ARGUMENTS, 1000, 1 << 16);

  /// A call while it grows.
  private static final class Growing {
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }

  private final Map<Integer, Growing> calls = new TreeMap<>();
  private long held;

  /// Whether there is any call, whole or not.
  public boolean hasAny() {
    return !calls.isEmpty();
  }

  /// More of the call with this index; an id and a name that are empty say nothing.
  ///
  /// @return false where there are too many calls, or they are too long
  public boolean add(int index, String id, String name, String arguments) {
    Growing call = calls.computeIfAbsent(index, unseen -> new Growing());
    call.id = id.isEmpty() ? call.id : id;
    call.name = name.isEmpty() ? call.name : name;
    call.arguments.append(arguments);
    held += arguments.length();
    return calls.size() <= MAX_CALLS && held <= MAX_ARGUMENTS;
  }

  /// Whether each call has a name and arguments that are one JSON object.
  public boolean isWhole() {
    return calls.values().stream().allMatch(HeldCalls::isWhole);
  }

  private static boolean isWhole(Growing call) {
    if (call.name.isEmpty()) {
      return false;
    }
    String json = call.arguments.toString();
    if (json.isBlank()) {
      return true;
    }
    try {
      JsonNode read = StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "arguments", LIMITS);
      return read.isObject();
    } catch (TensorException broken) {
      return false;
    }
  }

  /// Tells the calls that are whole, one after the other, and forgets all.
  ///
  /// @return how many were left out
  public int release(Consumer<ChatEvent> events) {
    List<Growing> whole = new ArrayList<>();
    for (Growing call : calls.values()) {
      if (isWhole(call)) {
        whole.add(call);
      }
    }
    int leftOut = calls.size() - whole.size();
    calls.clear();
    for (int i = 0; i < whole.size(); i++) {
      Growing call = whole.get(i);
      String id = call.id.isEmpty() ? "call_" + i : call.id;
      String json = call.arguments.toString();
      events.accept(new ChatEvent.CallStarted(i, id, call.name));
      events.accept(new ChatEvent.CallArguments(i, json.isBlank() ? "{}" : json));
    }
    return leftOut;
  }
}
