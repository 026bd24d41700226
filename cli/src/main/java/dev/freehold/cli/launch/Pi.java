package dev.freehold.cli.launch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The coding agent pi, over `/v1/chat/completions`: an extension of one line in Freehold's cache
/// folder, given with `-e`, registers the provider that a variable holds.
///
/// Source: badlogic/pi-mono, `packages/coding-agent/docs/models.md`, `docs/custom-provider.md`.
record Pi() implements Client {
  private static final String PROVIDER = "freehold";
  private static final String VARIABLE = "FREEHOLD_PI_PROVIDER";
  private static final String EXTENSION =
      """
      // Written by freehold launch pi.
      export default (pi) =>
        pi.registerProvider("%s", JSON.parse(process.env.%s));
      """
          .formatted(PROVIDER, VARIABLE);

  @Override
  public String name() {
    return "pi";
  }

  @Override
  public String title() {
    return "pi";
  }

  @Override
  public String install() {
    return "npm install -g @earendil-works/pi-coding-agent";
  }

  @Override
  public List<String> places() {
    return List.of();
  }

  @Override
  public String gets() {
    return "a provider with options -e, --provider and --model";
  }

  @Override
  public Plan plan(Target target, Home home) {
    Path file = home.folder("XDG_CACHE_HOME", ".cache").resolve("freehold/launch/pi-provider.js");
    SequencedMap<String, Setting> environment = new LinkedHashMap<>();
    environment.put(VARIABLE, new Setting.Plain(provider(target).toString()));
    target.key().ifPresent(key -> environment.put(Target.Key.VARIABLE, target.keySetting()));
    return new Plan(
        List.of("-e", file.toString(), "--provider", PROVIDER, "--model", target.model()),
        environment,
        List.of(),
        Optional.of(new Plan.OwnFile(file, EXTENSION)));
  }

  private static ObjectNode provider(Target target) {
    ObjectNode provider = JsonNodeFactory.instance.objectNode();
    provider.put("baseUrl", target.openAi()).put("api", "openai-completions");
    provider.put("apiKey", target.key().isPresent() ? Target.Key.VARIABLE : Target.NO_KEY);
    ObjectNode model = provider.putArray("models").addObject();
    model.put("id", target.model()).put("name", target.model()).put("reasoning", false);
    model.putArray("input").add("text");
    model.put("contextWindow", target.context()).put("maxTokens", target.answerTokens());
    model
        .putObject("cost")
        .put("input", 0)
        .put("output", 0)
        .put("cacheRead", 0)
        .put("cacheWrite", 0);
    return provider;
  }

  @Override
  public Optional<Edit> edit(Target target, Home home) {
    return Optional.of(
        new Edit.Member(
            home.folder("PI_CODING_AGENT_DIR", ".pi/agent").resolve("models.json"),
            List.of("providers", PROVIDER),
            provider(target),
            "pi --provider " + PROVIDER + " --model " + ShellText.quoted(target.model())));
  }
}
