/// Measurements: models of random weights, JMH benchmarks, and peers side by side. Not shipped.
@org.jspecify.annotations.NullMarked
module dev.freehold.bench {
  requires dev.freehold.agent;
  requires dev.freehold.chat;
  requires java.management;
  requires static transitive org.jspecify;
  requires transitive dev.freehold.kernel;
  requires dev.freehold.model;
  requires java.compiler;
  requires java.net.http;
  requires jdk.jfr;
  requires dev.freehold.tensor;
  requires dev.freehold.train;
  requires dev.freehold.vault;
  requires tools.jackson.databind;
}
