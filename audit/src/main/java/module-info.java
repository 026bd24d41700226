/// How open a model is and what its licence asks, from evidence.
@org.jspecify.annotations.NullMarked
module dev.freehold.audit {
  requires static transitive org.jspecify;
  requires dev.freehold.tensor;
  requires org.snakeyaml.engine;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports dev.freehold.audit;
  exports dev.freehold.audit.grade;
  exports dev.freehold.audit.licence;
  exports dev.freehold.audit.report;
  exports dev.freehold.audit.subject;
}
