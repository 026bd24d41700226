/// Models by name, found on this machine.
@org.jspecify.annotations.NullMarked
module dev.freehold.hub {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;

  exports dev.freehold.hub;
}
