package dev.freehold.agent.skill;

import java.nio.file.Path;

/// A skill as its `SKILL.md` introduces it; the rest is read when it is used.
///
/// @param folder where it lies
public record Skill(String name, String description, Origin origin, Path folder) {
  /// Whose a skill is.
  public enum Origin {
    /// The person's, from their own folder.
    PERSON,
    /// The repository's: data, as all of its files.
    REPOSITORY
  }
}
