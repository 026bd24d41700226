package dev.freehold.vault.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.registry.TarLayer.Limits;
import dev.freehold.vault.sign.Curve;
import dev.freehold.vault.sign.ModelKeys;
import dev.freehold.vault.sign.ModelManifest;
import dev.freehold.vault.sign.ModelSignature;
import dev.freehold.vault.sign.Resource;
import dev.freehold.vault.sign.Serialization;
import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bytes of strangers, changed at random: each is read as it was or refused, never anything else.
class MutatedInputTest {
  private static final int TIMES = 3_000;

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] other = bytes.clone();
    for (int i = 0; i <= random.nextInt(3); i++) {
      other[random.nextInt(other.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(other, random.nextInt(other.length))
        : other;
  }

  @Test
  void archives() throws Exception {
    byte[] tar =
        new TarFile()
            .entry("sub/", '5', 0755, 0, new byte[0])
            .file("sub/a", "some bytes")
            .pax("14 path=sub/b\n", "ignored", "more")
            .bytes();
    int refused = 0;
    for (int seed = 0; seed < TIMES; seed++) {
      byte[] bytes = mutated(tar, new Random(seed));
      try {
        new TarLayer(new ByteArrayInputStream(bytes), new Limits(10, 1 << 20))
            .read((name, size, content) -> {
              assertThat(name).doesNotContain("..").doesNotStartWith("/");
              assertThat(content.readAllBytes()).hasSize((int) size);
            });
      } catch (VaultException expected) {
        refused++;
      } catch (RuntimeException wrong) {
        throw new AssertionError("seed " + seed, wrong);
      }
    }
    assertThat(refused).isBetween(TIMES / 2, TIMES - 1);
  }

  @Test
  void signatures() {
    KeyPair keys = ModelKeys.generate(Curve.P256);
    ModelManifest manifest =
        new ModelManifest(
            "model",
            Serialization.files(List.of("cache")),
            List.of(new Resource("a", new dev.freehold.vault.Digest("0".repeat(64)))));
    byte[] bundle = ModelSignature.sign(manifest, (ECPrivateKey) keys.getPrivate());
    for (int seed = 0; seed < TIMES; seed++) {
      try {
        ModelManifest opened =
            ModelSignature.opened(
                mutated(bundle, new Random(seed)), (ECPublicKey) keys.getPublic());
        assertThat(opened.resources()).as("seed %d", seed).isEqualTo(manifest.resources());
      } catch (VaultException expected) {
        // refused
      } catch (RuntimeException wrong) {
        throw new AssertionError("seed " + seed, wrong);
      }
    }
  }
}
