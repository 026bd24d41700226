package dev.freehold.bench;

import java.util.List;

/// Sizes of a published model, for files of random weights: speed does not depend on the values.
///
/// Source: the `config.json` of the model named.
record ModelShape(
    String name,
    String architecture,
    int layers,
    int modelDim,
    int heads,
    int keyValueHeads,
    int headDim,
    int hiddenDim,
    Experts experts,
    int vocabSize,
    boolean tied,
    float ropeBase,
    int contextLength,
    float epsilon) {
  /// A mixture of experts in the place of each feed-forward block; none where `count` is 0.
  record Experts(int count, int used, int hiddenDim) {
    static final Experts NONE = new Experts(0, 0, 0);
  }

  static final List<ModelShape> ALL =
      List.of(
          new ModelShape(
              "llama3.2-1b",
              "llama",
              16,
              2048,
              32,
              8,
              64,
              8192,
              Experts.NONE,
              128256,
              true,
              5e5f,
              131072,
              1e-5f),
          new ModelShape(
              "llama3.1-8b",
              "llama",
              32,
              4096,
              32,
              8,
              128,
              14336,
              Experts.NONE,
              128256,
              false,
              5e5f,
              131072,
              1e-5f),
          new ModelShape(
              "qwen3-0.6b",
              "qwen3",
              28,
              1024,
              16,
              8,
              128,
              3072,
              Experts.NONE,
              151936,
              true,
              1e6f,
              40960,
              1e-6f),
          // 6 of its 48 layers, so that a machine with little memory can hold them.
          new ModelShape(
              "qwen3-30b-a3b-eighth",
              "qwen3moe",
              6,
              2048,
              32,
              4,
              128,
              6144,
              new Experts(128, 8, 768),
              151936,
              false,
              1e6f,
              40960,
              1e-6f),
          new ModelShape(
              "tiny-llama",
              "llama",
              2,
              256,
              4,
              2,
              64,
              512,
              Experts.NONE,
              128256,
              true,
              5e5f,
              4096,
              1e-5f));
}
