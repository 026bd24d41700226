/// From a recipe to weights that anyone can rebuild: data, gradients, optimizer, checkpoint,
/// transcript, replay.
@org.jspecify.annotations.NullMarked
module dev.freehold.train {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;
  requires transitive dev.freehold.kernel;
  requires transitive dev.freehold.text;
  requires transitive dev.freehold.model;
  requires org.snakeyaml.engine;

  exports dev.freehold.train;
  exports dev.freehold.train.checkpoint;
  exports dev.freehold.train.data;
  exports dev.freehold.train.data.corpus;
  exports dev.freehold.train.data.source;
  exports dev.freehold.train.export;
  exports dev.freehold.train.metrics;
  exports dev.freehold.train.recipe;
  exports dev.freehold.train.replay;
  exports dev.freehold.train.step;
  exports dev.freehold.train.seedling;
  exports dev.freehold.train.transcript;
}
