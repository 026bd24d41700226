package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.util.List;

/// Runs nothing, since nothing here can confine it.
final class NoSandbox implements Sandbox {
  private final String why;

  NoSandbox(String why) {
    this.why = why;
  }

  @Override
  public Confinement confinement() {
    return Confinement.NONE;
  }

  @Override
  public Outcome run(Command command, Cancellation cancellation) {
    throw new SandboxException("commands are not run, since they cannot be confined here: " + why);
  }

  @Override
  public Sandbox reaching(List<String> hosts) {
    return this;
  }
}
