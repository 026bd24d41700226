package dev.freehold.engine.reply;

import dev.freehold.chat.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Turns what readers find into the parts of calls.
final class CallWriter {
  private final Map<String, JsonNode> schemas = new HashMap<>();
  private final ReplySettings settings;
  private final CallIds ids;
  private final List<ReplyPart> parts;
  private final StringBuilder held = new StringBuilder();
  private String name = "";
  private boolean open;
  private boolean inThoughts;
  private int index;

  /// @param parts where the parts go
  CallWriter(ReplySettings settings, CallIds ids, List<ReplyPart> parts) {
    this.settings = settings;
    this.ids = ids;
    this.parts = parts;
    for (Tool tool : settings.tools()) {
      schemas.putIfAbsent(tool.name(), tool.parameters());
    }
  }

  boolean hasTools() {
    return !schemas.isEmpty() && settings.maxCalls() > 0;
  }

  /// Begins a call; false where it cannot be one: the tool is unknown, or no more calls are wanted.
  boolean begin(String tool) {
    if (!schemas.containsKey(tool) || index >= settings.maxCalls() || open) {
      return false;
    }
    name = tool;
    open = true;
    held.setLength(0);
    if (streams()) {
      parts.add(new ReplyPart.CallStarted(index, ids.id(settings.idSeed(), index), name));
    }
    return true;
  }

  private boolean streams() {
    return switch (settings.delivery()) {
      case WHOLE -> false;
      case FRAGMENTS -> true;
      case DEMANDED -> index == 0 && !inThoughts;
    };
  }

  /// Says whether the calls that follow stand in thoughts.
  void inThoughts(boolean isThought) {
    inThoughts = isThought;
  }

  /// The schema of the arguments of the call that is open.
  JsonNode schema() {
    return schemas.getOrDefault(name, MissingNode.getInstance());
  }

  void arguments(CharSequence fragment) {
    if (fragment.isEmpty()) {
      return;
    }
    if (streams()) {
      parts.add(new ReplyPart.CallArguments(index, fragment.toString()));
    } else {
      held.append(fragment);
    }
  }

  void end() {
    if (!streams()) {
      parts.add(new ReplyPart.CallStarted(index, ids.id(settings.idSeed(), index), name));
      parts.add(new ReplyPart.CallArguments(index, held.toString()));
      held.setLength(0);
    }
    parts.add(new ReplyPart.CallEnded(index));
    open = false;
    index++;
  }

  /// Gives up the call that is open, if one is.
  void abandon() {
    if (open && streams()) {
      parts.add(new ReplyPart.CallBroken(index));
      index++;
    }
    held.setLength(0);
    open = false;
  }

  /// A whole call at once.
  boolean call(String tool, String arguments) {
    if (!begin(tool)) {
      return false;
    }
    arguments(arguments);
    end();
    return true;
  }

  static List<ReplyPart> taken(List<ReplyPart> parts) {
    List<ReplyPart> taken = new ArrayList<>(parts);
    parts.clear();
    return taken;
  }
}
