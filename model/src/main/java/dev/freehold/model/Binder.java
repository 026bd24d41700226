package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;

/// What a block needs to be bound to the weights of its layer.
///
/// @param positions the rotation tables of the model
/// @param kvDtype how keys and values are stored
/// @param arena lives as long as the model
record Binder(
    Kernels kernels,
    Weights weights,
    Workspace workspace,
    PositionTables positions,
    KvDtype kvDtype,
    Arena arena,
    Weights.Place place) {
  private static final float[] NONE = {};

  Binder at(Weights.Place newPlace) {
    return new Binder(kernels, weights, workspace, positions, kvDtype, arena, newPlace);
  }

  Binder part(int part, int parts) {
    return at(place.part(part, parts));
  }

  Projection projection(Role role, int rows, int columns) {
    return projection(role, rows, columns, false);
  }

  Projection projection(Role role, int rows, int columns, boolean bias) {
    return new Projection(
        kernels,
        kernels.bind(weights.matrix(role, place, rows, columns)),
        bias ? weights.bias(role, place, rows) : NONE);
  }

  float[] vector(Role role, int n) {
    return weights.vector(role, place, n);
  }

  NormBlock norm(Normalization kind, Role role, int n) {
    return norm(kind, role, n, 1);
  }

  /// A norm of `groups` groups of `n` elements in each row, with the same weights for all.
  NormBlock norm(Normalization kind, Role role, int n, int groups) {
    return new NormBlock(
        kernels,
        kind,
        switch (kind) {
          case Normalization.None none -> new Norm(n, groups, NONE, NONE, 0);
          case Normalization.Rms rms ->
              new Norm(n, groups, rms.weighted() ? vector(role, n) : NONE, NONE, rms.epsilon());
          case Normalization.Layer layer ->
              new Norm(n, groups, vector(role, n), weights.bias(role, place, n), layer.epsilon());
        });
  }

  Rows rows(String purpose, int columns) {
    return workspace.rows(purpose, columns);
  }

  Activations activations(int columns) {
    return workspace.activations(columns);
  }
}
