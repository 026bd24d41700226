package dev.freehold.eval;

import dev.freehold.chat.ChatBackend;

/// A backend that is asked the tasks.
///
/// @param name unlike that of any other in the run
/// @param detail what it is, for people who read the run later; holds no secret
/// @param model what requests to the backend call the model; empty for its only one
public record Candidate(
    String name, String detail, ChatBackend backend, String model, Meter meter) {
  public Candidate(String name, String detail, ChatBackend backend) {
    this(name, detail, backend, "", Meter.NONE);
  }
}
