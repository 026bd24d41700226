/// The seam between who asks and who answers: requests, events and small interfaces.
@org.jspecify.annotations.NullMarked
module dev.freehold.chat {
  requires static transitive org.jspecify;
  requires transitive tools.jackson.databind;

  exports dev.freehold.chat;
}
