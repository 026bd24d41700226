package dev.freehold.agent.sandbox;

/// How strictly commands are confined, from most to least.
public enum Confinement {
  /// Namespaces of bubblewrap, and within them Landlock where the kernel has it.
  NAMESPACES,
  /// Landlock alone: files and connections are confined, but processes and the machine are seen.
  LANDLOCK,
  /// Nothing confines: commands are not run at all.
  NONE
}
