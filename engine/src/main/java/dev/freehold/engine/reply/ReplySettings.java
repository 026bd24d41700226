package dev.freehold.engine.reply;

import dev.freehold.chat.Tool;
import java.util.List;

/// What a parser must know of the request that an answer belongs to.
///
/// @param tools the tools that may be called; calls of others are text
/// @param reasoningOpen whether the prompt already opened the block of thoughts, as
///   [ReplyFormat#opensReasoning] tells
/// @param idSeed makes the ids of calls; the same seed gives the same ids, so mix into it what
///   tells two requests of a conversation apart
/// @param maxCalls how many calls are taken; more are text
/// @param delivery when the parts of a call are told
public record ReplySettings(
    List<Tool> tools, boolean reasoningOpen, long idSeed, int maxCalls, CallDelivery delivery) {
  /// The most calls of one answer.
  public static final int MAX_CALLS = 256;

  public ReplySettings {
    tools = List.copyOf(tools);
    maxCalls = Math.clamp(maxCalls, 0, MAX_CALLS);
  }

  /// Whole calls, as many as there are.
  public static ReplySettings of(List<Tool> tools, boolean reasoningOpen, long idSeed) {
    return new ReplySettings(tools, reasoningOpen, idSeed, MAX_CALLS, CallDelivery.WHOLE);
  }

  public ReplySettings withDelivery(CallDelivery wanted) {
    return new ReplySettings(tools, reasoningOpen, idSeed, maxCalls, wanted);
  }
}
