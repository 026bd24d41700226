package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What a value may be, compiled; compared by identity.
///
/// [#least] says how deep objects and arrays have to nest at least in such a value; a shape that no
/// finite value has says [#NEVER].
abstract sealed class Shape {
  static final int NEVER = Integer.MAX_VALUE / 2;

  private int least = NEVER;

  final int least() {
    return least;
  }

  /// Works out [#least] again from the shapes inside; says whether it changed.
  final boolean settle() {
    int now = Math.min(NEVER, nesting());
    boolean changed = now != least;
    least = now;
    return changed;
  }

  abstract int nesting();

  /// A text of a leaf.
  static final class Text extends Shape {
    private final Leaf leaf;

    Text(Leaf leaf) {
      this.leaf = leaf;
      settle();
    }

    Leaf leaf() {
      return leaf;
    }

    @Override
    int nesting() {
      return 0;
    }
  }

  /// Any of several shapes; none is a shape that nothing has.
  static final class Union extends Shape {
    private final List<Shape> parts;

    Union(List<Shape> parts) {
      this.parts = List.copyOf(parts);
    }

    List<Shape> parts() {
      return parts;
    }

    @Override
    int nesting() {
      int best = NEVER;
      for (Shape part : parts) {
        part.settle();
        best = Math.min(best, part.least());
      }
      return best;
    }
  }

  /// The place of a shape that may be needed before it is known, as in a recursive schema.
  static final class Slot extends Shape {
    private final String place;
    private Shape body = new Union(List.of());

    /// @param place what it was compiled from, for messages
    Slot(String place) {
      this.place = place;
    }

    String place() {
      return place;
    }

    void fill(Shape newBody) {
      body = newBody;
    }

    Shape body() {
      return body;
    }

    @Override
    int nesting() {
      if (!(body instanceof Slot)) {
        body.settle();
      }
      return body.least();
    }
  }

  /// A property that a schema names.
  ///
  /// @param key its name as JSON spells it, with quotation marks, colon and perhaps a space
  record Property(String name, Leaf key, Shape value, boolean isRequired) {}

  /// Properties that a schema does not name.
  ///
  /// @param key their names, with quotation marks
  record Extra(Leaf key, Shape value) {}

  /// An object: named properties in their order, then others.
  static final class Members extends Shape {
    private final List<Property> properties;
    private final List<Extra> extras;
    private final int min;
    private final int max;
    // how many of the properties from an index on are required
    private final int[] requiredFrom;

    /// @param min properties at least; all extras together count as one, for they may be equal
    /// @param max properties at most
    Members(List<Property> properties, List<Extra> extras, int min, int max) {
      this.properties = List.copyOf(properties);
      this.extras = List.copyOf(extras);
      this.min = min;
      this.max = max;
      requiredFrom = new int[properties.size() + 1];
      for (int i = properties.size() - 1; i >= 0; i--) {
        requiredFrom[i] = requiredFrom[i + 1] + (properties.get(i).isRequired() ? 1 : 0);
      }
    }

    List<Property> properties() {
      return properties;
    }

    List<Extra> extras() {
      return extras;
    }

    int min() {
      return min;
    }

    int max() {
      return max;
    }

    int requiredFrom(int index) {
      return requiredFrom[index];
    }

    @Override
    int nesting() {
      int deepest = 0;
      int required = 0;
      List<Integer> others = new ArrayList<>();
      for (Property property : properties) {
        if (property.isRequired()) {
          required++;
          deepest = Math.max(deepest, property.value().least());
        } else {
          others.add(property.value().least());
        }
      }
      int extra = NEVER;
      for (Extra one : extras) {
        extra = Math.min(extra, one.value().least());
      }
      others.add(extra);
      Collections.sort(others);
      int more = min - required;
      if (required > max || more > others.size()) {
        return NEVER;
      }
      return 1 + (more > 0 ? Math.max(deepest, others.get(more - 1)) : deepest);
    }
  }

  /// An array: items by place, then further ones.
  static final class Items extends Shape {
    private final List<Shape> first;
    private final Optional<Shape> rest;
    private final List<Shape> distinct;
    private final int min;
    private final int max;

    /// @param first by index
    /// @param rest items after these; none where there are no further ones
    Items(List<Shape> first, Optional<Shape> rest, int min, int max) {
      this(first, rest, List.of(), min, max);
    }

    private Items(List<Shape> first, Optional<Shape> rest, List<Shape> distinct, int min, int max) {
      this.first = List.copyOf(first);
      this.rest = rest;
      this.distinct = List.copyOf(distinct);
      this.min = min;
      this.max = max;
    }

    /// An array of some of these values, each at most once.
    static Items distinct(List<Shape> values, int min, int max) {
      return new Items(List.of(), Optional.empty(), values, min, Math.min(max, values.size()));
    }

    List<Shape> distinct() {
      return distinct;
    }

    int min() {
      return min;
    }

    int max() {
      return max;
    }

    /// From which index on all items are alike.
    int settledFrom() {
      return max == Integer.MAX_VALUE ? Math.max(first.size(), min) : max;
    }

    /// The shape of the item at an index, where there may be one.
    Optional<Shape> at(int index) {
      if (index >= max) {
        return Optional.empty();
      }
      return index < first.size() ? Optional.of(first.get(index)) : rest;
    }

    @Override
    int nesting() {
      if (min > max) {
        return NEVER;
      }
      if (!distinct.isEmpty()) {
        return nestingOfDistinct();
      }
      int deepest = 0;
      for (int i = 0; i < Math.min(min, first.size() + 1); i++) {
        deepest = Math.max(deepest, at(i).map(Shape::least).orElse(NEVER));
      }
      return 1 + deepest;
    }

    private int nestingOfDistinct() {
      List<Integer> depths = new ArrayList<>(distinct.stream().map(Shape::least).toList());
      Collections.sort(depths);
      return 1 + (min == 0 ? 0 : depths.get(min - 1));
    }
  }
}
