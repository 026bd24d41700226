package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.util.List;

/// Runs commands so that they reach nothing but what they were given.
public interface Sandbox {
  /// How commands are confined here, as found by trying it.
  Confinement confinement();

  /// Runs a command and returns when it and all that it started have ended, at the latest when its
  /// time is over or it was cancelled.
  ///
  /// @throws SandboxException where it could not be started as confined as [#confinement] says; it
  ///   did not run then
  Outcome run(Command command, Cancellation cancellation);

  /// The same for commands that may reach these hosts and no others, by [Reach]'s rules.
  ///
  /// @throws SandboxException where commands cannot be held to hosts as they are confined here
  Sandbox reaching(List<String> hosts);
}
