package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names mean one thing, or are refused; addresses and proxies are those that may be asked.
class ModelReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "hf.co/org/repo, hf.co/org/repo",
    "HF.co/Org/Repo-GGUF:q4_k_m, hf.co/Org/Repo-GGUF:q4_k_m",
    "huggingface.co/org/repo:dir/file.gguf, hf.co/org/repo:dir/file.gguf",
    "https://huggingface.co/org/repo, hf.co/org/repo",
    "https://hf.co/org/repo:Q8_0, hf.co/org/repo:Q8_0",
    "https://huggingface.co/org/repo/resolve/main/a/b.gguf, hf.co/org/repo/a/b.gguf at main",
    "https://huggingface.co/org/repo/blob/v1/b.gguf?download=true, hf.co/org/repo/b.gguf at v1",
    "qwen3, ollama.com/library/qwen3:latest",
    "qwen3:4b, ollama.com/library/qwen3:4b",
    "ollama.com/library/qwen3:4b, ollama.com/library/qwen3:4b",
    "ollama.com/someone/tuned, ollama.com/someone/tuned:latest",
    "https://ollama.com/library/qwen3:4b, ollama.com/library/qwen3:4b",
    "registry.example.org/team/model:v1, registry.example.org/team/model:v1",
    "https://example.org/a/m.gguf?sig=secret, https://example.org/a/m.gguf"
  })
  void namesMeanOneThing(String name, String meaning) {
    assertThat(ModelReference.parse(name)).hasToString(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "org/name",
        "org/name:Q4_0",
        "hf.co/name",
        "hf.co/../x",
        "hf.co/org/repo/more",
        "hf.co/org/re--po",
        "hf.co/org/repo:",
        "hf.co/org/repo:../x",
        "hf.co/org/repo:a b",
        "hf.co/org/.repo",
        "hf.co/org/r\u0000epo",
        "http://example.org/m.gguf",
        "ftp://example.org/m.gguf",
        "file:///etc/passwd",
        "https://user:pass@example.org/m.gguf",
        "https:///m.gguf",
        "https://exa mple.org/m.gguf",
        "localhost:5000/ns/model:1",
        "ollama.com/a/b/c",
        "qwen3:4b:x",
        "a\\b",
        "../x",
        "~/x",
        "qwen3:..",
        "https://huggingface.co/org/repo/tree/main"
      })
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> ModelReference.parse(name))
        .isInstanceOf(HubException.class)
        .message()
        .doesNotContain("pass@");
  }

  @Test
  void aNameThatCouldMeanTwoSaysBoth() {
    assertThatThrownBy(() -> ModelReference.parse("org/name:Q4_0"))
        .hasMessageContaining("hf.co/org/name:Q4_0 for Hugging Face")
        .hasMessageContaining("ollama.com/org/name:Q4_0 for Ollama");
  }

  @Test
  void aTokenDoesNotShowItselfAndBelongsToOneOrigin() {
    Credentials token = new Credentials(URI.create("https://huggingface.co"), "hf_secret");
    assertThat(token.toString()).doesNotContain("hf_secret");
    assertThat(token.belongTo(URI.create("https://HuggingFace.co:443/x?y"))).isTrue();
    for (String other :
        new String[] {
          "http://huggingface.co/",
          "https://huggingface.co:8443/",
          "https://cdn.huggingface.co/",
          "https://huggingface.co.evil.example/",
          "https://evil.example/huggingface.co"
        }) {
      assertThat(token.belongTo(URI.create(other))).as(other).isFalse();
    }
    assertThatThrownBy(() -> new Credentials(URI.create("http://example.org"), "hf_secret"))
        .isInstanceOf(HubException.class)
        .message()
        .doesNotContain("hf_secret");
    assertThatThrownBy(() -> new Credentials(URI.create("https://example.org"), "hf_sec\r\nX: y"))
        .isInstanceOf(HubException.class)
        .message()
        .doesNotContain("hf_sec");
  }

  @Test
  void proxiesAreThoseOfTheEnvironment() {
    ProxyRules rules =
        ProxyRules.of(
            Map.of(
                "https_proxy", "http://proxy.example:3128",
                "HTTP_PROXY", "other.example",
                "no_proxy", "internal.example, .corp.example,10.0.0.1:8443"));
    assertThat(proxy(rules, "https://huggingface.co/x")).contains("proxy.example:3128");
    assertThat(proxy(rules, "http://huggingface.co/x")).contains("other.example:80");
    assertThat(proxy(rules, "https://internal.example/")).isEmpty();
    assertThat(proxy(rules, "https://a.internal.example/")).isEmpty();
    assertThat(proxy(rules, "https://a.corp.example/")).isEmpty();
    assertThat(proxy(rules, "https://notinternal.example/")).isPresent();
    assertThat(proxy(rules, "https://10.0.0.1:8443/")).isEmpty();
    assertThat(proxy(rules, "https://10.0.0.1/")).isPresent();
    assertThat(proxy(rules, "https://localhost:1/")).isEmpty();
    assertThat(
            proxy(ProxyRules.of(Map.of("all_proxy", "http://p:1", "no_proxy", "*")), "https://x/"))
        .isEmpty();
    assertThatThrownBy(() -> ProxyRules.of(Map.of("https_proxy", "http://me:pw@p:1")))
        .isInstanceOf(HubException.class)
        .message()
        .doesNotContain("pw");
  }

  private static Optional<String> proxy(ProxyRules rules, String address) {
    Proxy proxy = rules.select(URI.create(address)).getFirst();
    return proxy.type() == Proxy.Type.DIRECT
        ? Optional.empty()
        : Optional.of(String.valueOf(proxy.address()).replace("/<unresolved>", ""));
  }
}
