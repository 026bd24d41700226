package dev.freehold.agent.run;

import java.util.Optional;

/// Where messages come from that are put in while a run works.
public interface Steering {
  /// The next message, without waiting; empty where there is none.
  Optional<String> poll();

  Steering NONE = Optional::empty;
}
