package dev.freehold.tensor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the tensors of one weight file lie in it, by its header alone.
///
/// @param headerBytes bytes before the first tensor
public record TensorPlaces(long headerBytes, List<Place> places) {
  /// One tensor's bytes, counted from the start of the file.
  public record Place(String name, long offset, long bytes) {}

  public TensorPlaces {
    places = List.copyOf(places);
  }

  /// Reads the header of a GGUF or safetensors file, whatever its name.
  ///
  /// @throws TensorException where it is neither, or its header is damaged
  public static TensorPlaces of(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      List<TensorEntry> entries =
          switch (FileKind.of(file)) {
            case GGUF -> GgufHeader.read(file).tensors();
            case SAFETENSORS -> SafetensorsHeader.read(file).tensors();
            default -> throw new TensorException(path + ": neither a GGUF nor a safetensors file");
          };
      List<Place> places = new ArrayList<>();
      long first = file.size();
      for (TensorEntry entry : entries) {
        places.add(new Place(entry.name(), entry.offset(), entry.bytes()));
        first = Math.min(first, entry.offset());
      }
      return new TensorPlaces(first, places);
    }
  }

  /// The tensors that have bytes between two offsets.
  public List<Place> between(long start, long end) {
    return places.stream()
        .filter(place -> place.offset() < end && place.offset() + place.bytes() > start)
        .toList();
  }
}
