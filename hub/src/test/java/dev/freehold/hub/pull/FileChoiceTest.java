package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which files of a repository make a model.
class FileChoiceTest {
  private static FileChoice of(String... paths) {
    return new FileChoice(
        new Listing(
            "org/repo",
            FakeHub.COMMIT,
            Arrays.stream(paths)
                .map(path -> new Listing.Entry(path, 10, Optional.empty()))
                .toList()));
  }

  private static List<String> chosen(FileChoice choice, String variant) {
    return choice.model(Optional.of(variant).filter(v -> !v.isEmpty())).entries().stream()
        .map(Listing.Entry::path)
        .toList();
  }

  @Test
  void thePreferredQuantizationIsTaken() {
    assertThat(chosen(of("m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-Q4_0.gguf"), ""))
        .containsExactly("m-Q4_K_M.gguf");
    assertThat(chosen(of("m-Q8_0.gguf", "m-BF16.gguf"), "")).containsExactly("m-Q8_0.gguf");
    assertThat(chosen(of("m-IQ2_XXS.gguf"), "")).containsExactly("m-IQ2_XXS.gguf");
    assertThat(chosen(of("plain.gguf"), "")).containsExactly("plain.gguf");
    assertThatThrownBy(() -> chosen(of("m-IQ2_XXS.gguf", "m-IQ1_S.gguf"), ""))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("none of the usual quantizations")
        .hasMessageContaining("m-IQ2_XXS.gguf, m-IQ1_S.gguf");
  }

  @Test
  void quantizationsMeanThemselvesAndNotOthersThatEndAlike() {
    FileChoice choice = of("m-UD-Q4_K_XL.gguf", "m-Q4_K_M.gguf", "m.Q5_0.gguf", "m-iq4_nl.gguf");
    assertThat(chosen(choice, "ud-q4_k_xl")).containsExactly("m-UD-Q4_K_XL.gguf");
    assertThat(chosen(choice, "Q5_0")).containsExactly("m.Q5_0.gguf");
    assertThat(chosen(choice, "IQ4_NL")).containsExactly("m-iq4_nl.gguf");
    assertThatThrownBy(() -> chosen(choice, "Q4_K_XL")).hasMessageContaining("no \"Q4_K_XL\"");
  }

  @Test
  void projectorsAndMatricesComeOnlyByName() {
    FileChoice choice = of("mmproj-F16.gguf", "imatrix.gguf", "m-F16.gguf");
    assertThat(chosen(choice, "")).containsExactly("m-F16.gguf");
    assertThat(chosen(choice, "F16")).containsExactly("m-F16.gguf");
    assertThat(chosen(choice, "mmproj-F16.gguf")).containsExactly("mmproj-F16.gguf");
    assertThat(choice.named(List.of("mmproj-F16.gguf")).entries()).hasSize(1);
  }

  @Test
  void allPartsOfASplitFileCome() {
    FileChoice choice =
        of(
            "Q8_0/m-Q8_0-00002-of-00002.gguf",
            "Q8_0/m-Q8_0-00001-of-00002.gguf",
            "BF16/m-BF16-00001-of-00003.gguf",
            "BF16/m-BF16-00003-of-00003.gguf");
    assertThat(chosen(choice, "q8_0"))
        .containsExactly("Q8_0/m-Q8_0-00001-of-00002.gguf", "Q8_0/m-Q8_0-00002-of-00002.gguf");
    assertThat(chosen(choice, "m-Q8_0-00002-of-00002.gguf")).hasSize(2);
    assertThatThrownBy(() -> chosen(choice, "BF16"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("part 2 of 3 of \"m-BF16\" is not there");
    assertThatThrownBy(() -> chosen(of("m-Q4_0-00001-of-00002.gguf"), ""))
        .hasMessageContaining("1 of 2 parts");
  }

  @Test
  void twoModelsOfOneQuantizationMustBeNamed() {
    FileChoice choice = of("base-Q4_K_M.gguf", "chat-Q4_K_M.gguf");
    assertThatThrownBy(() -> chosen(choice, ""))
        .hasMessageContaining("means 2 files: base-Q4_K_M.gguf, chat-Q4_K_M.gguf");
    assertThat(chosen(choice, "chat-q4_k_m")).containsExactly("chat-Q4_K_M.gguf");
    assertThat(chosen(choice, "BASE-Q4_K_M.GGUF")).containsExactly("base-Q4_K_M.gguf");
  }

  @Test
  void safetensorsAreThoseOfTheTopFolder() {
    FileChoice choice =
        of(
            "config.json",
            "tokenizer.json",
            "model.safetensors",
            "consolidated.safetensors",
            "onnx/model.safetensors",
            "original/config.json",
            "pytorch_model.bin",
            "modeling_x.py",
            "training_args.bin");
    assertThat(chosen(choice, ""))
        .containsExactly("config.json", "tokenizer.json", "model.safetensors");
    assertThatThrownBy(() -> chosen(choice, "Q4_0")).hasMessageContaining("no GGUF file");
    assertThat(chosen(of("config.json", "weights.safetensors", "m-Q4_0.gguf"), "safetensors"))
        .containsExactly("config.json", "weights.safetensors");
    assertThatThrownBy(() -> chosen(of("README.md"), ""))
        .hasMessageContaining("no GGUF file and no safetensors with a config.json");
  }
}
