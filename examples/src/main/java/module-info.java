/// Short programs that use Freehold as a library; each is run by a test.
@org.jspecify.annotations.NullMarked
module dev.freehold.examples {
  requires static transitive org.jspecify;
  requires dev.freehold.api;

  exports dev.freehold.examples;
}
