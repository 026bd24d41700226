package dev.freehold.hub.pull;

import java.util.List;
import java.util.Optional;

/// A wish to have a model on this machine.
///
/// @param revision branch, tag or commit of a Hugging Face repository; `main` where nothing is said
/// @param files of a Hugging Face repository, instead of the model that would be chosen
/// @param sha256 what a file at a web address must hash to
public record PullRequest(
    ModelReference reference,
    Optional<String> revision,
    List<String> files,
    Optional<FileDigest> sha256) {
  public PullRequest {
    files = List.copyOf(files);
  }

  /// A wish without particulars.
  public static PullRequest of(String name) {
    return new PullRequest(
        ModelReference.parse(name), Optional.empty(), List.of(), Optional.empty());
  }
}
