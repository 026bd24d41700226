package dev.freehold.kernel;

/// One elementwise function of [Activation] over rows; each instance is called with one only.
interface RowActivation {
  /// See [RowOps#activate].
  void activate(Activation function, Rows x, Rows y, int from, int to, int n);

  /// See [RowOps#activateGated].
  void activateGated(Activation function, Rows gate, Rows up, Rows y, int from, int to, int n);
}
