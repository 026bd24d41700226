package dev.freehold.documents.answer;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Sampling;
import dev.freehold.documents.index.RelevanceThreshold;

/// How questions are answered.
///
/// @param model what requests call the model; empty for the backend's only one
/// @param mostSources passages that the model is given
/// @param threshold what a passage must reach to be given
/// @param maxTokens of the answer
public record AnswerSettings(
    String model,
    int mostSources,
    RelevanceThreshold threshold,
    Sampling sampling,
    int maxTokens,
    Caller caller) {
  /// For the only model of a backend: up to six passages, no chance.
  public static final AnswerSettings DEFAULT =
      new AnswerSettings(
          "", 6, RelevanceThreshold.DEFAULT, Sampling.greedy().withSeed(0), 1024, Caller.LOCAL);

  private static final int MOST_SOURCES = 50;

  public AnswerSettings {
    if (mostSources < 1 || mostSources > MOST_SOURCES || maxTokens < 1) {
      throw new IllegalArgumentException("sources are 1 to 50, tokens at least 1");
    }
  }

  public AnswerSettings withModel(String newModel) {
    return new AnswerSettings(newModel, mostSources, threshold, sampling, maxTokens, caller);
  }

  public AnswerSettings withMostSources(int most) {
    return new AnswerSettings(model, most, threshold, sampling, maxTokens, caller);
  }

  public AnswerSettings withThreshold(RelevanceThreshold newThreshold) {
    return new AnswerSettings(model, mostSources, newThreshold, sampling, maxTokens, caller);
  }
}
