package dev.freehold.audit.grade;

import dev.freehold.audit.subject.Span;
import java.util.List;
import java.util.Map;

/// How open a model is by both frameworks, with the facts that this rests on.
///
/// @param components what is known of each, in order
/// @param mofClass 1, 2 or 3 of the Model Openness Framework; 0 where it reaches none
/// @param missing by class, what keeps it from that class, in a line each
/// @param checklist the Open Source AI Definition's, line by line
public record Grade(
    List<ComponentFact> components,
    int mofClass,
    Map<Integer, List<String>> missing,
    List<Check> checklist) {
  /// A line of the checklist.
  ///
  /// @param element data information, code or parameters
  /// @param requirement what it asks for
  /// @param met `yes`, `no` or `unknown`
  /// @param reason in a sentence
  /// @param evidence the stored bytes that this rests on
  public record Check(
      String element, String requirement, String met, String reason, List<Span> evidence) {
    public Check {
      evidence = List.copyOf(evidence);
    }
  }

  public Grade {
    components = List.copyOf(components);
    missing = Map.copyOf(missing);
    checklist = List.copyOf(checklist);
  }

  public ComponentFact fact(Component component) {
    return components.get(component.ordinal());
  }

  /// Whether every line of the Open Source AI Definition's checklist is met.
  public boolean meetsDefinition() {
    return checklist.stream().allMatch(check -> check.met().equals("yes"));
  }

  /// The class as people read it.
  public String className() {
    return switch (mofClass) {
      case 1 -> "Class I, Open Science";
      case 2 -> "Class II, Open Tooling";
      case 3 -> "Class III, Open Model";
      default -> "no class";
    };
  }
}
