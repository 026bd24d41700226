/// The harness: a model that works with tools, confined, asked for leave, and written down.
@org.jspecify.annotations.NullMarked
module dev.freehold.agent {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires dev.freehold.sqlite;
  requires dev.freehold.tensor;
  requires io.github.javadiffutils;
  requires java.net.http;
  requires java.sql;
  requires org.snakeyaml.engine;
  requires transitive tools.jackson.databind;

  exports dev.freehold.agent.choice;
  exports dev.freehold.agent.instruction;
  exports dev.freehold.agent.journal;
  exports dev.freehold.agent.permission;
  exports dev.freehold.agent.record;
  exports dev.freehold.agent.run;
  exports dev.freehold.agent.sandbox;
  exports dev.freehold.agent.skill;
  exports dev.freehold.agent.tool;
  exports dev.freehold.agent.workflow;
  exports dev.freehold.agent.workspace;
}
