package dev.freehold.engine.reply;

/// When the parts of a tool call are told.
public enum CallDelivery {
  /// Once the call is complete and right: started, arguments in one piece, ended. What turns out to
  /// be no call is text and nothing else.
  WHOLE,

  /// As the model writes: started as soon as the name is known and is one of the request's tools,
  /// then arguments piece by piece, every piece the continuation of valid JSON. A call that breaks
  /// off or goes wrong after that ends with [ReplyPart.CallBroken], and its raw text follows.
  FRAGMENTS,
  /// For an answer that is held to be a call: its first call as [#FRAGMENTS], since nothing can go
  /// wrong with it but that the answer has to end inside of it; what the model writes freely, in
  /// its thoughts or behind that call, as [#WHOLE].
  DEMANDED
}
