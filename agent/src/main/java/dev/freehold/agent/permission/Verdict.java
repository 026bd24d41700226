package dev.freehold.agent.permission;

/// What rules say of an effect.
public enum Verdict {
  ALLOW,
  ASK,
  DENY
}
