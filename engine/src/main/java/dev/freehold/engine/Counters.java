package dev.freehold.engine;

import dev.freehold.chat.Activity;

/// What an engine has done, counted by its thread and read by others.
final class Counters {
  private int running;
  private int waiting;
  private long stateBytes;
  private long prefixQueryTokens;
  private long prefixHitTokens;
  private long promptTokens;
  private long answerTokens;
  private long drafts;
  private long draftTokens;
  private long acceptedTokens;
  private long steps;
  private long stepSequences;

  synchronized void lookedUp(int tokens, int found) {
    prefixQueryTokens += tokens;
    prefixHitTokens += found;
  }

  synchronized void stepped(int sequences, int ofPrompts) {
    steps++;
    stepSequences += sequences;
    promptTokens += ofPrompts;
  }

  synchronized void wrote(int tokens, int drafted, int accepted) {
    answerTokens += tokens;
    drafts += drafted > 0 ? 1 : 0;
    draftTokens += drafted;
    acceptedTokens += accepted;
  }

  synchronized void present(int newRunning, int newWaiting, long newStateBytes) {
    running = newRunning;
    waiting = newWaiting;
    stateBytes = newStateBytes;
  }

  synchronized Activity activity(String model, long stateLimitBytes) {
    return new Activity(
        model,
        running,
        waiting,
        stateBytes,
        stateLimitBytes,
        prefixQueryTokens,
        prefixHitTokens,
        promptTokens,
        answerTokens,
        drafts,
        draftTokens,
        acceptedTokens,
        steps,
        stepSequences);
  }
}
