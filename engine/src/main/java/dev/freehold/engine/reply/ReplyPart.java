package dev.freehold.engine.reply;

/// A piece of an answer, in the order in which the model wrote it.
public sealed interface ReplyPart {
  /// Content: whole characters, never empty, never taken back.
  record Text(String text) implements ReplyPart {}

  /// What the model thought before it answered: whole characters, never empty, never taken back.
  record Reasoning(String text) implements ReplyPart {}

  /// A call of a tool of the request begins.
  ///
  /// @param index which call of the answer it is, from 0
  record CallStarted(int index, String id, String name) implements ReplyPart {}

  /// The next piece of a call's arguments; all pieces of a call, joined, are one JSON object.
  record CallArguments(int index, String jsonFragment) implements ReplyPart {}

  /// The call is complete.
  record CallEnded(int index) implements ReplyPart {}

  /// The call that was begun turned out to be none; its raw text follows as [Text]. Only with
  /// [CallDelivery#FRAGMENTS] and [CallDelivery#DEMANDED].
  record CallBroken(int index) implements ReplyPart {}
}
