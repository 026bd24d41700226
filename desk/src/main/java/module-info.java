/// A support desk: tickets come in, a model sorts them and drafts, a person decides.
@org.jspecify.annotations.NullMarked
module dev.freehold.desk {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.agent;
  requires dev.freehold.tensor;
  requires jakarta.mail;
  requires jdk.httpserver;
  requires transitive java.net.http;
  requires transitive tools.jackson.databind;

  exports dev.freehold.desk.demo;
  exports dev.freehold.desk.outcome;
  exports dev.freehold.desk.ticket;
  exports dev.freehold.desk.work;
}
