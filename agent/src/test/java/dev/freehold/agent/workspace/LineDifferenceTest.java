package dev.freehold.agent.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import com.github.difflib.patch.PatchFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineDifferenceTest {
  @Test
  void theEndWithoutALineBreakIsADifference() {
    assertThat(LineDifference.between("a\n", "a").orElseThrow().text())
        .isEqualTo("@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n");
    assertThat(LineDifference.between("a", "a").orElseThrow().text()).isEmpty();
    assertThat(LineDifference.between("", "a\nb\n").orElseThrow())
        .isEqualTo(new LineDifference("@@ -0,0 +1,2 @@\n+a\n+b\n", 2, 0));
  }

  @Test
  void aDifferenceMakesOneTextTheOther() throws PatchFailedException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<String> was = lines(random, random.nextInt(12));
      List<String> is = lines(random, random.nextInt(12));
      String text = LineDifference.between(whole(was), whole(is)).orElseThrow().text();
      List<String> unified = new ArrayList<>(List.of("--- a", "+++ b"));
      unified.addAll(text.lines().toList());
      if (text.isEmpty()) {
        assertThat(is).isEqualTo(was);
        continue;
      }
      Patch<String> patch = UnifiedDiffUtils.parseUnifiedDiff(unified);
      assertThat(DiffUtils.patch(was, patch)).as("seed %d:\n%s", seed, text).isEqualTo(is);
    }
  }

  private static List<String> lines(Random random, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("line " + random.nextInt(4));
    }
    return lines;
  }

  private static String whole(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  @Test
  void tooMuchToCompareIsNotCompared() {
    StringBuilder was = new StringBuilder();
    StringBuilder is = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      was.append("a").append(i).append('\n');
      is.append("b").append(i).append('\n');
    }
    assertThat(LineDifference.between(was.toString(), is.toString())).isEmpty();
    assertThat(LineDifference.between(was.toString(), was + "end\n").orElseThrow().added())
        .isEqualTo(1);
  }
}
