package dev.freehold.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Safetensors;
import dev.freehold.tensor.SafetensorsWriter;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /// How often the layers of a tiny model are repeated.
  private static final int TIMES = 10;

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)(\\..*)");

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

  /// A tiny model of random weights, said to bear 8,192 tokens, with a token for each byte. Its
  /// layers come over and over, so that computing a token outweighs what a request costs else.
  private static Path withLongContext(String family, Path folder) throws IOException {
    Path root = Path.of(System.getProperty("freehold.root"));
    Path source = root.resolve("model/src/test/resources/goldens").resolve(family);
    byte[] text = Files.readAllBytes(source.resolve("config.json"));
    ObjectNode config = (ObjectNode) StrictJson.parse(text, "config.json");
    int layers = config.path("num_hidden_layers").asInt();
    config.put("max_position_embeddings", 8192).put("num_hidden_layers", layers * TIMES);
    if (config.path("layer_types") instanceof ArrayNode types) {
      for (int i = layers; i < layers * TIMES; i++) {
        types.add(types.get(i % layers).asString());
      }
    }
    Files.writeString(folder.resolve("config.json"), config.toString());
    deepen(source.resolve("model.safetensors"), folder.resolve("model.safetensors"), layers);
    Files.writeString(folder.resolve("tokenizer.json"), byteTokenizer().toString());
    ObjectNode settings = JsonNodeFactory.instance.objectNode().put("eos_token", "<|im_end|>");
    settings.put(
        "chat_template",
        "{% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content }}<|im_end|>{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant: {% endif %}");
    Files.writeString(folder.resolve("tokenizer_config.json"), settings.toString());
    return folder;
  }

  private static void deepen(Path source, Path target, int layers) {
    try (TensorStore store = Safetensors.open(source);
        SafetensorsWriter writer = new SafetensorsWriter(target)) {
      List<Tensor> written = new ArrayList<>();
      for (Tensor tensor : store.tensors().values()) {
        Matcher layer = LAYER.matcher(tensor.name());
        boolean repeats = layer.matches();
        for (int i = 0; i < (repeats ? TIMES : 1); i++) {
          String name =
              repeats
                  ? "model.layers."
                      + (Integer.parseInt(layer.group(1)) + i * layers)
                      + layer.group(2)
                  : tensor.name();
          long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
          writer.declare(name, tensor.dtype(), shape);
          written.add(tensor);
        }
      }
      written.forEach(tensor -> writer.write(tensor.data()));
      writer.finish();
    }
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
