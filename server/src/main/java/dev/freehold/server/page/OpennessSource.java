package dev.freehold.server.page;

import java.util.List;
import java.util.Optional;

/// Whoever can say how open a model is and which ownership risks its terms hold.
public interface OpennessSource {
  /// For a server that audits nothing.
  OpennessSource NONE = model -> Optional.empty();

  /// What an audit found, in short.
  ///
  /// @param grade class of the Model Openness Framework, as people read it
  /// @param definition whether it meets the Open Source AI Definition
  /// @param licences as which its texts are recognised
  /// @param risks the ownership risks that are found, each in a few words
  /// @param unknown how many ownership risks nobody can tell
  record Openness(
      String grade, boolean definition, List<String> licences, List<String> risks, int unknown) {
    public Openness {
      licences = List.copyOf(licences);
      risks = List.copyOf(risks);
    }
  }

  /// What is known of a model by now; never waits.
  Optional<Openness> openness(String model);
}
