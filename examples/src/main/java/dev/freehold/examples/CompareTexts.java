package dev.freehold.examples;

import dev.freehold.api.FreeholdModel;
import java.util.List;

/// Orders texts by how near a model's vectors of them are to that of another text.
public class CompareTexts {
  public static void main(String... names) {
    try (FreeholdModel model = FreeholdModel.open(names.length == 0 ? "demo" : names[0])) {
      float[] wanted = model.embed("What is 17 + 25?");
      List<String> texts = List.of("Anna walks to the station.", "What is 18 + 24?");
      for (String text : texts) {
        System.out.printf("%.3f  %s%n", cosine(wanted, model.embed(text)), text);
      }
    }
  }

  /// Of two vectors of length 1.
  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
