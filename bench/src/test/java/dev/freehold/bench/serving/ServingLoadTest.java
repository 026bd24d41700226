package dev.freehold.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server in a process of its own under load: the demo model, and tiny models of two kinds.
@Tag("long")
class ServingLoadTest {
  /// Minutes of the soak; 20 unless said otherwise.
  private static final int SOAK = Integer.getInteger("freehold.soak", 20);

  @Test
  void fourTimesTheLoadCostsNoGoodput() throws Exception {
    MeasureOverload.Load load = MeasureOverload.measure("demo", 40);
    assertThat(load.at().others()).isEmpty();
    assertThat(load.beyond().others()).isEmpty();
    assertThat(load.beyond().refused()).isPositive();
    assertThat(load.ratio()).isGreaterThan(0.9);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aThousandSlowAndVanishedClientsLeaveNothingBehind() throws Exception {
    MeasureSlowClients.Seen seen = MeasureSlowClients.measure("demo", 1000);
    assertThat(seen.vanishedSeconds()).isLessThan(1);
    assertThat(seen.heldPlaces()).isZero();
    assertThat(seen.after().descriptors()).isLessThanOrEqualTo(seen.before().descriptors() + 2);
    assertThat(seen.after().threads()).isLessThanOrEqualTo(seen.before().threads() + 4);
    assertThat(seen.heapAfter()).isLessThan(seen.heapBefore() + (4 << 20));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLongTimeOfMixedLoadGrowsNothing() throws Exception {
    MeasureSoak.Soak soak = MeasureSoak.measure("demo", Duration.ofMinutes(SOAK));
    assertThat(soak.tally().unexpected()).isEmpty();
    assertThat(soak.growth(MeasureSoak.Sample::heapBytes)).isLessThan(1.05);
    assertThat(soak.growth(sample -> sample.holdings().residentKib())).isLessThan(1.05);
    assertThat(soak.growth(sample -> sample.holdings().threads())).isLessThan(1.2);
    assertThat(soak.growth(sample -> sample.holdings().descriptors())).isLessThan(1.05);
  }

  /// Attention, whose states can be cut, and recurrence, whose states cannot.
  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "qwen3.5"})
  void theSecondTurnOfALongConversationBeginsAtOnce(String family, @TempDir Path folder)
      throws Exception {
    Path model = withLongContext(family, folder);
    MeasureSecondTurn.Turns[] turns = MeasureSecondTurn.measure(model.toString(), 4000, 5);
    double[] ratios = Arrays.stream(turns).mapToDouble(MeasureSecondTurn.Turns::ratio).toArray();
    Arrays.sort(ratios);
    assertThat(turns).allSatisfy(turn -> assertThat(turn.cachedTokens()).isGreaterThan(3900));
    assertThat(ratios[ratios.length / 2]).isLessThan(0.1);
  }

  /// A tiny model of random weights, said to bear 8,192 tokens, with a token for each byte.
  private static Path withLongContext(String family, Path folder) throws IOException {
    Path root = Path.of(System.getProperty("freehold.root"));
    Path source = root.resolve("model/src/test/resources/goldens").resolve(family);
    Files.copy(source.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String text = Files.readString(source.resolve("config.json"));
    String longer = text.replaceAll("(\"max_position_embeddings\": *)[0-9]+", "$1" + 8192);
    assertThat(longer).isNotEqualTo(text);
    Files.writeString(folder.resolve("config.json"), longer);
    Files.writeString(folder.resolve("tokenizer.json"), byteTokenizer().toString());
    ObjectNode settings = JsonNodeFactory.instance.objectNode().put("eos_token", "<|im_end|>");
    settings.put(
        "chat_template",
        "{% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content }}<|im_end|>{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant: {% endif %}");
    Files.writeString(folder.resolve("tokenizer_config.json"), settings.toString());
    return folder;
  }

  /// Byte-level BPE without merges.
  private static ObjectNode byteTokenizer() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    model.putArray("merges");
    int unprintable = 0;
    for (int b = 0; b < 256; b++) {
      boolean isPrintable = b > ' ' && b < 127 || b > 160 && b != 173;
      vocabulary.put(Character.toString(isPrintable ? b : 256 + unprintable++), b);
    }
    ArrayNode added = root.putArray("added_tokens");
    for (String mark : List.of("<|im_start|>", "<|im_end|>")) {
      int id = vocabulary.size() + added.size();
      added.addObject().put("id", id).put("content", mark).put("special", true);
    }
    ObjectNode split = root.putObject("pre_tokenizer").put("type", "ByteLevel");
    split.put("add_prefix_space", false).put("use_regex", true);
    root.putObject("decoder").put("type", "ByteLevel");
    return root;
  }
}
