package dev.freehold.chat;

/// What one model is doing at this moment, and has done since it was loaded.
///
/// @param running requests that are being answered
/// @param waiting requests that are in the queue
/// @param stateBytes memory of the states of running requests and kept prefixes
/// @param stateLimitBytes memory that they may take
/// @param prefixQueryTokens prompt tokens that were looked up among kept prefixes
/// @param prefixHitTokens those of them that were found
/// @param promptTokens prompt tokens computed
/// @param answerTokens tokens written
/// @param drafts times that prompt lookup guessed
/// @param draftTokens tokens guessed by it
/// @param acceptedTokens those of them that the model would have written
/// @param steps passes through the model
/// @param stepSequences sequences of all those passes together
public record Activity(
    String model,
    int running,
    int waiting,
    long stateBytes,
    long stateLimitBytes,
    long prefixQueryTokens,
    long prefixHitTokens,
    long promptTokens,
    long answerTokens,
    long drafts,
    long draftTokens,
    long acceptedTokens,
    long steps,
    long stepSequences) {}
