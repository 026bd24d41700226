/// Tasks, scores and their intervals over any backend.
@org.jspecify.annotations.NullMarked
module dev.freehold.eval {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
}
