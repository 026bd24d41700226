package dev.freehold.cli.launch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// OpenAI's coding agent, over `/v1/responses`: a provider of its own, given with `-c`.
///
/// Source: openai/codex, `codex-rs/model-provider-info` (fields of `model_providers`; `responses`
/// is the only `wire_api`) and `docs/config.md`.
record Codex() implements Client {
  private static final String PROVIDER = "freehold";

  /// Half an hour: on a processor, reading a long prompt takes minutes.
  private static final String IDLE_MILLIS = "1800000";

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public String title() {
    return "Codex";
  }

  @Override
  public String install() {
    return "npm install -g @openai/codex";
  }

  @Override
  public List<String> places() {
    return List.of();
  }

  @Override
  public String gets() {
    return "a provider with options -c, and the variable " + Target.Key.VARIABLE;
  }

  @Override
  public Plan plan(Target target, Home home) {
    List<String> arguments = new ArrayList<>();
    settings(target)
        .forEach((name, value) -> {
          arguments.add("-c");
          arguments.add(name + "=" + value);
        });
    SequencedMap<String, Setting> environment = new LinkedHashMap<>();
    target.key().ifPresent(key -> environment.put(Target.Key.VARIABLE, target.keySetting()));
    return new Plan(arguments, environment, List.of(), Optional.empty());
  }

  /// Settings as TOML writes them.
  private static SequencedMap<String, String> settings(Target target) {
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    settings.put("model", quoted(target.model()));
    settings.put("model_provider", quoted(PROVIDER));
    settings.put("model_context_window", Integer.toString(target.context()));
    provider(target)
        .forEach((name, value) -> settings.put("model_providers." + PROVIDER + "." + name, value));
    return settings;
  }

  private static SequencedMap<String, String> provider(Target target) {
    SequencedMap<String, String> provider = new LinkedHashMap<>();
    provider.put("name", quoted("Freehold"));
    provider.put("base_url", quoted(target.openAi()));
    provider.put("wire_api", quoted("responses"));
    provider.put("stream_idle_timeout_ms", IDLE_MILLIS);
    if (target.key().isPresent()) {
      provider.put("env_key", quoted(Target.Key.VARIABLE));
    }
    return provider;
  }

  /// A basic string of TOML.
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').appendCodePoint(c);
          } else if (Character.isISOControl(c)) {
            quoted.append("\\u%04X".formatted(c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }

  @Override
  public Optional<Edit> edit(Target target, Home home) {
    StringBuilder text = new StringBuilder("# Written by freehold launch codex --write.\n");
    text.append("model = ").append(quoted(target.model())).append('\n');
    text.append("model_provider = ").append(quoted(PROVIDER)).append('\n');
    text.append("model_context_window = ").append(target.context()).append("\n\n");
    text.append("[model_providers.").append(PROVIDER).append("]\n");
    provider(target)
        .forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    return Optional.of(
        new Edit.Whole(
            home.folder("CODEX_HOME", ".codex").resolve(PROVIDER + ".config.toml"),
            text.toString(),
            "codex --profile " + PROVIDER));
  }
}
