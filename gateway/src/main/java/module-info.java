/// Backends over other servers; which of them answers, what it cost, and what happens when it
/// fails.
@org.jspecify.annotations.NullMarked
module dev.freehold.gateway {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires dev.freehold.tensor;
  requires java.sql;
  requires org.snakeyaml.engine;
  requires org.xerial.sqlitejdbc;

  exports dev.freehold.gateway.energy;
  exports dev.freehold.gateway.ledger;
}
