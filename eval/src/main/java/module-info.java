/// Tasks, scores and their intervals over any backend.
@org.jspecify.annotations.NullMarked
module dev.freehold.eval {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires dev.freehold.tensor;
  requires com.networknt.schema;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports dev.freehold.eval;
  exports dev.freehold.eval.judge;
  exports dev.freehold.eval.record;
  exports dev.freehold.eval.report;
  exports dev.freehold.eval.score;
  exports dev.freehold.eval.task;
}
