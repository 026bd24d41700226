package dev.freehold.model;

/// What a tensor is for, whatever a file calls it.
public enum Role {
  EMBEDDING,
  POSITION_EMBEDDING,
  LAYER_EMBEDDING,
  LAYER_EMBEDDING_PROJECTION,
  LAYER_EMBEDDING_NORM,
  FINAL_NORM,
  OUTPUT,

  MIXER_NORM,
  MIXER_POST_NORM,
  FEED_FORWARD_NORM,
  FEED_FORWARD_POST_NORM,
  LAYER_INPUT_GATE,
  LAYER_INPUT_PROJECTION,
  LAYER_INPUT_NORM,
  LAYER_SCALE,

  QUERY,
  /// Queries with, per head, the gate of the result behind them.
  QUERY_AND_GATE,
  KEY,
  VALUE,
  QUERY_NORM,
  KEY_NORM,
  SINKS,
  ATTENTION_OUTPUT,

  QUERY_COMPRESSION,
  QUERY_COMPRESSION_NORM,
  QUERY_EXPANSION,
  /// The compressed keys and values, then the rotated part of the keys.
  LATENT,
  LATENT_NORM,
  /// Per head: from the plain part of a query to the latent vector.
  LATENT_KEY,
  /// Per head: from the latent vector to a value.
  LATENT_VALUE,

  DELTA_INPUT,
  DELTA_GATE,
  DELTA_BETA,
  DELTA_ALPHA,
  DELTA_OUTPUT,
  DELTA_NORM,
  MAMBA_INPUT,
  MAMBA_OUTPUT,
  MAMBA_NORM,
  MAMBA_SKIP,
  /// A of a recurrence: negative factors, or the logarithms of their amounts.
  DECAY,
  TIME_STEP_BIAS,
  CONVOLUTION,
  CONVOLUTION_BIAS,
  CONVOLUTION_INPUT,
  CONVOLUTION_OUTPUT,

  GATE,
  UP,
  DOWN,
  ROUTER,
  ROUTER_CORRECTION,
  ROUTER_SCALE,
  EXPERT_SCALE,
  EXPERT_GATE,
  EXPERT_UP,
  EXPERT_DOWN,
  SHARED_GATE,
  SHARED_UP,
  SHARED_DOWN,
  SHARED_ROUTER,
  DENSE_POST_NORM,
  EXPERTS_NORM,
  EXPERTS_POST_NORM
}
