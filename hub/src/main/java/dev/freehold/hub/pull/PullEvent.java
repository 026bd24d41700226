package dev.freehold.hub.pull;

import java.time.Duration;

/// What happens during a pull, as it is told to whoever shows it. Events come from several threads,
/// one at a time.
public sealed interface PullEvent {
  /// The list of files is asked for.
  record Looking(String where) implements PullEvent {}

  /// What will be fetched is known.
  record Planned(PullPlan plan) implements PullEvent {}

  /// How much of a registry's model will be fetched is known.
  ///
  /// @param here bytes of it that are on this machine
  record Expected(String name, int files, long bytes, long here) implements PullEvent {}

  /// A file's bytes that are here.
  record Fetched(RemoteFile file, long bytes) implements PullEvent {}

  /// A file's bytes that its digest has been computed of.
  record Verified(RemoteFile file, long bytes) implements PullEvent {}

  /// A file is in its place, with the digest that it must have.
  ///
  /// @param wasThere whether it had been there before
  record Finished(RemoteFile file, boolean wasThere) implements PullEvent {}

  /// Nothing is done for a while.
  record Waiting(String reason, Duration pause) implements PullEvent {}

  /// Something that a person should know.
  record Note(String text) implements PullEvent {}
}
