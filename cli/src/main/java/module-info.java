/// The command line: configuration, and the only place where objects are wired together.
@org.jspecify.annotations.NullMarked
module dev.freehold.cli {
  requires static transitive org.jspecify;
  requires dev.freehold.chat;
  requires dev.freehold.engine;
  requires dev.freehold.train;
  requires dev.freehold.kernel;
  requires dev.freehold.model;
  requires dev.freehold.text;
  requires dev.freehold.tensor;
  requires dev.freehold.hub;
  requires dev.freehold.server;
  requires dev.freehold.gateway;
  requires dev.freehold.agent;
  requires dev.freehold.desk;
  requires dev.freehold.documents;
  requires dev.freehold.mcp;
  requires dev.freehold.eval;
  requires dev.freehold.vault;
  requires dev.freehold.audit;
  requires info.picocli;
  requires java.logging;
  requires java.net.http;
  requires jdk.unsupported; // Signal: SIGHUP
  requires org.jline;
  requires org.snakeyaml.engine;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  opens dev.freehold.cli to
      info.picocli;
}
