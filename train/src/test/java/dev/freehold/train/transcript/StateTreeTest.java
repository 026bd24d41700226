package dev.freehold.train.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TinyRun;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.step.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tree is the one that docs/verify.md defines, and names the tensors that differ.
class StateTreeTest {
  /// Root and inputs of RFC 6962's published test tree, whose leaves are hashed with 0x00 before.
  @Test
  void theTreeIsThatOfCertificateTransparency() {
    List<byte[]> leaves = new ArrayList<>();
    for (String text :
        List.of(
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f")) {
      leaves.add(Sha256.begin().digest(HexFormat.of().parseHex("00" + text)));
    }
    assertThat(root(leaves, 1))
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assertThat(root(leaves, 3))
        .isEqualTo("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
    assertThat(root(leaves, 7))
        .isEqualTo("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
    assertThat(root(leaves, 8))
        .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  }

  private static String root(List<byte[]> leaves, int count) {
    return HexFormat.of().formatHex(MerkleTree.root(leaves.subList(0, count)));
  }

  @Test
  void aTensorOfSeveralLeavesIsHashedAsDefined(@TempDir Path folder) {
    String wide =
        TinyRun.RECIPE
            .replace("hidden_size: 16", "hidden_size: 64")
            .replace("vocab_size: 300", "vocab_size: 4200");
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun run = new PreparedRun(RecipeReader.parse(wide, "wide"), folder, kernels, false);
      StateTree tree = run.state();
      Parameter table = run.parameters().all().getFirst();
      assertThat(4 * table.values().length)
          .isBetween(StateTree.LEAF_BYTES, 2 * StateTree.LEAF_BYTES);
      assertThat(tree.entries().getFirst())
          .isEqualTo(new StateTree.Entry(table.name(), defined(table)));
      assertThat(StateTree.of(tree.entries()).root()).isEqualTo(tree.root());

      Parameter last = run.parameters().all().getLast();
      last.second()[3] = Math.nextUp(last.second()[3]);
      assertThat(tree.differences(run.state())).containsExactly("second." + last.name());
      assertThat(run.state().root()).isNotEqualTo(tree.root());
    }
  }

  /// The hash of a tensor of two leaves, by the letter of the definition.
  private static String defined(Parameter tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : tensor.values()) {
      bytes.putFloat(value);
    }
    byte[] all = bytes.array();
    byte[] left = sha256(0, slice(all, 0, StateTree.LEAF_BYTES));
    byte[] right = sha256(0, slice(all, StateTree.LEAF_BYTES, all.length));
    byte[] both = ByteBuffer.allocate(64).put(left).put(right).array();
    byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer head =
        ByteBuffer.allocate(name.length + 16 + 32)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(name.length)
            .put(name)
            .putInt(2)
            .putInt(tensor.shape().getFirst())
            .putInt(tensor.shape().getLast())
            .put(sha256(1, both));
    return HexFormat.of().formatHex(sha256(2, head.array()));
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] sha256(int prefix, byte[] bytes) {
    var digest = Sha256.begin();
    digest.update((byte) prefix);
    return digest.digest(bytes);
  }
}
