package dev.freehold.engine.constraint;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Finds the innermost part of a schema that no finite value satisfies.
final class Unsatisfiable {
  private final Set<Shape> seen = new HashSet<>();
  private String place = "";

  private Unsatisfiable() {}

  static String place(Shape shape) {
    Unsatisfiable search = new Unsatisfiable();
    search.follow(shape);
    return search.place;
  }

  private void follow(Shape start) {
    Optional<Shape> next = Optional.of(start);
    while (next.isPresent() && seen.add(next.get())) {
      next = inside(next.get());
    }
  }

  private Optional<Shape> inside(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> Optional.empty();
      case Shape.Union union -> union.parts().stream().findFirst();
      case Shape.Slot slot -> {
        place = slot.place();
        yield Optional.of(slot.body());
      }
      case Shape.Members members ->
          members.properties().stream()
              .filter(p -> p.isRequired() && p.value().least() >= Shape.NEVER)
              .map(Shape.Property::value)
              .findFirst();
      case Shape.Items items ->
          items.min() > 0
              ? items.at(0).filter(item -> item.least() >= Shape.NEVER)
              : Optional.empty();
    };
  }
}
