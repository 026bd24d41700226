package dev.freehold.cli.speed;

/// What of a machine bounds how fast a model can run on it.
public enum Limit {
  READ("read bandwidth"),
  INT8("int8 dot rate"),
  F32("f32 FMA rate");

  private final String title;

  Limit(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /// How much of a limit was used.
  ///
  /// @param percent of the speed that the limit allows
  public record Share(Limit limit, double percent) {}
}
