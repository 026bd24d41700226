package dev.freehold.chat;

import java.time.Duration;

/// What an answer took.
///
/// @param promptTokens tokens of the prompt
/// @param reusedTokens those of them that were computed for an earlier request
/// @param completionTokens tokens of the answer, its end mark included
/// @param reasoningTokens those of them that the model thought with
/// @param queued time before the first step of the prompt
/// @param prefill time for the tokens of the prompt, up to the first token of the answer
/// @param decode time from there to the end
/// @param seed of the random numbers, so that the answer can be had again
public record Usage(
    int promptTokens,
    int reusedTokens,
    int completionTokens,
    int reasoningTokens,
    Duration queued,
    Duration prefill,
    Duration decode,
    long seed) {}
