/// Models by name: found on this machine, or fetched to it.
@org.jspecify.annotations.NullMarked
module dev.freehold.hub {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;
  requires transitive java.net.http;

  exports dev.freehold.hub;
  exports dev.freehold.hub.pull;
}
