package dev.freehold.cli.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Block's agent Goose, over `/v1/chat/completions`: its OpenAI provider at another host, all in
/// its environment, which counts before its settings.
///
/// Source: block/goose, `documentation/docs/guides/environment-variables.md`,
/// `documentation/docs/getting-started/providers.md` and `crates/goose-providers/src/openai.rs`.
record Goose() implements Client {
  /// An hour: on a processor, reading a long prompt takes minutes.
  private static final String PATIENCE_SECONDS = "3600";

  @Override
  public String name() {
    return "goose";
  }

  @Override
  public String title() {
    return "Goose";
  }

  @Override
  public String install() {
    return "https://goose-docs.ai/docs/getting-started/installation";
  }

  @Override
  public List<String> places() {
    return List.of(".local/bin");
  }

  @Override
  public String gets() {
    return "variables GOOSE_PROVIDER, GOOSE_MODEL, OPENAI_HOST and OPENAI_API_KEY";
  }

  @Override
  public Plan plan(Target target, Home home) {
    SequencedMap<String, Setting> environment = new LinkedHashMap<>();
    environment.put("GOOSE_PROVIDER", new Setting.Plain("openai"));
    environment.put("GOOSE_MODEL", new Setting.Plain(target.model()));
    environment.put("GOOSE_FAST_MODEL", new Setting.Plain(target.model()));
    environment.put("GOOSE_CONTEXT_LIMIT", new Setting.Plain(Integer.toString(target.context())));
    environment.put("OPENAI_HOST", new Setting.Plain(target.server().toString()));
    environment.put("OPENAI_BASE_PATH", new Setting.Plain("v1/chat/completions"));
    environment.put("OPENAI_API_KEY", target.keySetting());
    environment.put("OPENAI_TIMEOUT", new Setting.Plain(PATIENCE_SECONDS));
    List<String> removed =
        List.of(
            "OPENAI_ORGANIZATION", "OPENAI_PROJECT", "OPENAI_CUSTOM_HEADERS", "OPENAI_BASE_URL");
    return new Plan(List.of(), environment, removed, Optional.empty());
  }

  @Override
  public Optional<Edit> edit(Target target, Home home) {
    return Optional.empty();
  }
}
