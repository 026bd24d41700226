package dev.freehold.model;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A store whose metadata and tensors a test has changed; closes the one it was made from.
record TestStore(TensorStore origin, Map<String, Object> values, Map<String, Tensor> tensors)
    implements TensorStore {
  static TestStore of(TensorStore origin) {
    return new TestStore(
        origin,
        new LinkedHashMap<>(origin.metadata().asMap()),
        new LinkedHashMap<>(origin.tensors()));
  }

  /// A store with nothing but metadata.
  static TestStore of(Map<String, Object> values) {
    return new TestStore(Empty.INSTANCE, new LinkedHashMap<>(values), new LinkedHashMap<>());
  }

  TestStore with(String key, Object value) {
    values.put(key, value);
    return this;
  }

  TestStore without(String name) {
    tensors.remove(name);
    return this;
  }

  TestStore with(Tensor tensor) {
    tensors.put(tensor.name(), tensor);
    return this;
  }

  TestStore renamed(UnaryOperator<String> rename) {
    List<Tensor> all = List.copyOf(tensors.values());
    tensors.clear();
    for (Tensor tensor : all) {
      String name = rename.apply(tensor.name());
      tensors.put(name, new Tensor(name, tensor.dtype(), tensor.shape(), tensor.data()));
    }
    return this;
  }

  @Override
  public Metadata metadata() {
    return new Metadata(values);
  }

  @Override
  public List<Path> files() {
    return origin.files();
  }

  @Override
  public void checkUnchanged() {
    origin.checkUnchanged();
  }

  @Override
  public void checkLengths() {
    origin.checkLengths();
  }

  @Override
  public void close() {
    origin.close();
  }

  /// A store without files.
  private enum Empty implements TensorStore {
    INSTANCE;

    @Override
    public Metadata metadata() {
      return new Metadata(Map.of());
    }

    @Override
    public Map<String, Tensor> tensors() {
      return Map.of();
    }

    @Override
    public List<Path> files() {
      return List.of();
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void checkLengths() {}

    @Override
    public void close() {}
  }
}
