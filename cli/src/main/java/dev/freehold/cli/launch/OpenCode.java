package dev.freehold.cli.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The coding agent OpenCode, over `/v1/chat/completions`: a provider in `OPENCODE_CONFIG_CONTENT`,
/// which it adds to its other settings.
///
/// Source: OpenCode's documentation, "Config" and "Providers" (opencode.ai/docs/config,
/// /docs/providers); anomalyco/opencode.
record OpenCode() implements Client {
  private static final String PROVIDER = "freehold";

  @Override
  public String name() {
    return "opencode";
  }

  @Override
  public String title() {
    return "OpenCode";
  }

  @Override
  public String install() {
    return "npm install -g opencode-ai";
  }

  @Override
  public List<String> places() {
    return List.of(".opencode/bin");
  }

  @Override
  public String gets() {
    return "a provider in the variable OPENCODE_CONFIG_CONTENT";
  }

  @Override
  public Plan plan(Target target, Home home) {
    String model = PROVIDER + "/" + target.model();
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("$schema", "https://opencode.ai/config.json");
    config.putObject("provider").set(PROVIDER, provider(target));
    config.put("model", model).put("small_model", model);
    SequencedMap<String, Setting> environment = new LinkedHashMap<>();
    environment.put("OPENCODE_CONFIG_CONTENT", new Setting.Plain(config.toString()));
    target.key().ifPresent(key -> environment.put(Target.Key.VARIABLE, target.keySetting()));
    return new Plan(List.of(), environment, List.of(), Optional.empty());
  }

  private static ObjectNode provider(Target target) {
    ObjectNode provider = JsonNodeFactory.instance.objectNode();
    provider.put("npm", "@ai-sdk/openai-compatible").put("name", "Freehold");
    ObjectNode options = provider.putObject("options").put("baseURL", target.openAi());
    target.key().ifPresent(key -> options.put("apiKey", "{env:" + Target.Key.VARIABLE + "}"));
    provider
        .putObject("models")
        .putObject(target.model())
        .put("name", target.model())
        .putObject("limit")
        .put("context", target.context())
        .put("output", target.answerTokens());
    return provider;
  }

  @Override
  public Optional<Edit> edit(Target target, Home home) {
    Path folder = home.folder("XDG_CONFIG_HOME", ".config").resolve("opencode");
    Path commented = folder.resolve("opencode.jsonc");
    return Optional.of(
        new Edit.Member(
            Files.exists(commented) ? commented : folder.resolve("opencode.json"),
            List.of("provider", PROVIDER),
            provider(target),
            "opencode --model " + ShellText.quoted(PROVIDER + "/" + target.model())));
  }
}
