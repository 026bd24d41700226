package dev.freehold.hub.pull;

import java.util.List;
import java.util.Map;

/// What a pull will fetch, and whence.
///
/// @param reference what was asked for
/// @param name by which the model is found afterwards
/// @param revision the commit of a repository, or the digest of a manifest; empty where there is
///   none
/// @param files in the order in which they are fetched
/// @param here bytes of each file's name that are on this machine already
/// @param identity that a hub gave the repository when it was made, which another one made later
///   under the same name has not; empty where there is none
public record PullPlan(
    ModelReference reference,
    String name,
    String revision,
    List<RemoteFile> files,
    Map<String, Long> here,
    String identity) {
  /// Of a source that gives no identity.
  public PullPlan(
      ModelReference reference,
      String name,
      String revision,
      List<RemoteFile> files,
      Map<String, Long> here) {
    this(reference, name, revision, files, here, "");
  }

  public PullPlan {
    files = List.copyOf(files);
    here = Map.copyOf(here);
  }

  /// The names of those that say under which terms the model is.
  public List<String> texts() {
    return files.stream().map(RemoteFile::name).filter(FileChoice::isOfTerms).toList();
  }

  /// Size of all files together.
  public long bytes() {
    return files.stream().mapToLong(RemoteFile::bytes).sum();
  }

  /// Bytes that are still to be fetched.
  public long missing() {
    return files.stream().mapToLong(f -> f.bytes() - here.getOrDefault(f.name(), 0L)).sum();
  }
}
