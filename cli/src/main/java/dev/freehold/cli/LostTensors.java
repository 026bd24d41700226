package dev.freehold.cli;

import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorPlaces;
import dev.freehold.vault.parity.ByteRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The tensors of a kept file that have damaged bytes.
record LostTensors(List<String> names, String note) {
  private static final int SHOWN = 20;

  /// @param blob the file, of which these parts are damaged
  static LostTensors of(Path blob, List<ByteRange> parts) {
    TensorPlaces places;
    try {
      places = TensorPlaces.of(blob);
    } catch (TensorException damaged) {
      return new LostTensors(List.of(), "");
    }
    Set<String> names = new LinkedHashSet<>();
    boolean isHeader = false;
    for (ByteRange part : parts) {
      isHeader |= part.from() < places.headerBytes();
      places.between(part.from(), part.to()).forEach(place -> names.add(place.name()));
    }
    return new LostTensors(
        new ArrayList<>(names), isHeader ? "its header, which says where tensors are" : "");
  }

  /// As a list for a person; empty where nothing is known.
  String shown() {
    List<String> shown = new ArrayList<>();
    if (!note.isEmpty()) {
      shown.add(note);
    }
    names.stream().limit(SHOWN).map(Failure::printable).forEach(shown::add);
    String rest = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
    return String.join(", ", shown) + rest;
  }
}
