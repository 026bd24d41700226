/// Backends over other servers; which of them answers, what it cost, and what happens when it
/// fails.
@org.jspecify.annotations.NullMarked
module dev.freehold.gateway {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires dev.freehold.sqlite;
  requires dev.freehold.tensor;
  requires java.net.http;
  requires java.sql;
  requires org.snakeyaml.engine;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.databind;

  exports dev.freehold.gateway;
  exports dev.freehold.gateway.cut;
  exports dev.freehold.gateway.energy;
  exports dev.freehold.gateway.engine;
  exports dev.freehold.gateway.failure;
  exports dev.freehold.gateway.ledger;
  exports dev.freehold.gateway.route;
  exports dev.freehold.gateway.upstream;
}
