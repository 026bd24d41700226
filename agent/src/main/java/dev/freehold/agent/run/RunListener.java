package dev.freehold.agent.run;

import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.Message;

/// Is told what a run does, on the thread that works; steps that are replayed are told as well.
public interface RunListener {
  /// A message to the model: the task, or what was typed while it ran.
  default void said(String text, boolean isReplayed) {}

  /// The next piece of an answer, as the model writes it.
  default void text(String piece) {}

  /// The next piece of what the model thinks.
  default void reasoning(String piece) {}

  /// An answer is whole.
  default void answered(Message.Assistant answer, Answer details, boolean isReplayed) {}

  /// A tool is about to be called.
  default void calling(String tool, Effect effect) {}

  /// A tool was called, or its call was refused.
  default void called(String tool, ToolOutcome outcome, boolean isReplayed) {}

  /// Something that a person should know.
  default void notice(String text) {}

  RunListener NONE = new RunListener() {};
}
