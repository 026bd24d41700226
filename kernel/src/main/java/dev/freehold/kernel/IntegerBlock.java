package dev.freehold.kernel;

/// 32 weights as integers and scales, filled by [BlockFormat#decode].
///
/// Formula: `value[k] = scale * weights[k] + minScale * minimums[k / 16]`, where every product is
/// exact in float32 and the one addition rounds. Integer sub-scales of a format are folded into
/// `weights`, so that a sum of products with int8 activations stays an integer.
public final class IntegerBlock {
  /// Elements of a block.
  public static final int LENGTH = 32;

  /// Weights with the integer sub-scales folded in.
  public final int[] weights = new int[LENGTH];

  /// Minimum of elements 0 to 15 and of elements 16 to 31; zero where the format has none.
  public final int[] minimums = new int[2];

  /// What one unit of `weights` is worth.
  public float scale;

  /// What one unit of `minimums` is worth, its sign included; zero where the format has none.
  public float minScale;

  /// Whether the format has minimums.
  public boolean hasMinimum;

  /// Writes the float32 values of the 32 elements from `dst[offset]` on.
  public void values(float[] dst, int offset) {
    if (hasMinimum) {
      float low = minScale * minimums[0];
      float high = minScale * minimums[1];
      for (int k = 0; k < 16; k++) {
        dst[offset + k] = scale * weights[k] + low;
      }
      for (int k = 16; k < LENGTH; k++) {
        dst[offset + k] = scale * weights[k] + high;
      }
    } else {
      for (int k = 0; k < LENGTH; k++) {
        dst[offset + k] = scale * weights[k];
      }
    }
  }

  void setScale(float newScale) {
    scale = newScale;
    minScale = 0;
    minimums[0] = 0;
    minimums[1] = 0;
    hasMinimum = false;
  }

  void setScales(float newScale, float newMinScale, int lowMinimum, int highMinimum) {
    scale = newScale;
    minScale = newMinScale;
    minimums[0] = lowMinimum;
    minimums[1] = highMinimum;
    hasMinimum = true;
  }
}
