package dev.freehold.engine.constraint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One way to satisfy a schema: parts that all have to hold, without any choice left.
///
/// @param parts by pointer
/// @param picks for each `oneOf`, by pointer, which of its schemas was chosen
record Alternative(Map<String, Located> parts, Map<String, Integer> picks) {
  static final Alternative NOTHING_SAID = new Alternative(Map.of(), Map.of());

  static Alternative of(Located part) {
    return new Alternative(Map.of(part.pointer(), part), Map.of());
  }

  List<Located> all() {
    return List.copyOf(parts.values());
  }

  Alternative picking(String oneOf, int index) {
    Map<String, Integer> more = new LinkedHashMap<>(picks);
    more.put(oneOf, index);
    return new Alternative(parts, more);
  }

  /// Both at once; empty where they choose differently.
  Optional<Alternative> and(Alternative other) {
    Map<String, Integer> allPicks = new LinkedHashMap<>(picks);
    for (Map.Entry<String, Integer> pick : other.picks.entrySet()) {
      Integer mine = allPicks.put(pick.getKey(), pick.getValue());
      if (mine != null && !mine.equals(pick.getValue())) {
        return Optional.empty();
      }
    }
    Map<String, Located> allParts = new LinkedHashMap<>(parts);
    other.parts.forEach(allParts::putIfAbsent);
    return Optional.of(new Alternative(allParts, allPicks));
  }

  /// The first `oneOf` that was decided differently, by pointer.
  Optional<String> difference(Alternative other) {
    for (Map.Entry<String, Integer> pick : picks.entrySet()) {
      Integer theirs = other.picks.get(pick.getKey());
      if (theirs != null && !theirs.equals(pick.getValue())) {
        return Optional.of(pick.getKey());
      }
    }
    return Optional.empty();
  }
}
