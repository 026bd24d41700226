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
    int vocabSize,
    boolean tied,
    float ropeBase,
    int contextLength,
    float epsilon) {
  static final List<ModelShape> ALL =
      List.of(
          new ModelShape(
              "llama3.2-1b", "llama", 16, 2048, 32, 8, 64, 8192, 128256, true, 5e5f, 131072, 1e-5f),
          new ModelShape(
              "llama3.1-8b",
              "llama",
              32,
              4096,
              32,
              8,
              128,
              14336,
              128256,
              false,
              5e5f,
              131072,
              1e-5f),
          new ModelShape(
              "qwen3-0.6b", "qwen3", 28, 1024, 16, 8, 128, 3072, 151936, true, 1e6f, 40960, 1e-6f),
          new ModelShape(
              "tiny-llama", "llama", 2, 256, 4, 2, 64, 512, 128256, true, 5e5f, 4096, 1e-5f));
}
