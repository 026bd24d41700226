package dev.freehold.cli.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Anthropic's coding agent, over `/v1/messages`; all in its environment.
///
/// The models of all its sizes are the same one. Its environment says that the provider is managed
/// by the host, since a server named in its settings would else win over the environment, and what
/// is asked would go there. The attribution block at the head of its prompts, which in some
/// versions changes with every request, is turned off: it would undo the reuse of what was computed
/// before.
///
/// Source: Claude Code's documentation, "Environment variables" and "Model configuration"
/// (code.claude.com/docs/en/env-vars, /en/model-config), of August 2026.
record ClaudeCode() implements Client {
  private static final List<String> MODELS =
      List.of(
          "ANTHROPIC_MODEL",
          "ANTHROPIC_DEFAULT_OPUS_MODEL",
          "ANTHROPIC_DEFAULT_SONNET_MODEL",
          "ANTHROPIC_DEFAULT_HAIKU_MODEL",
          "ANTHROPIC_DEFAULT_FABLE_MODEL",
          "CLAUDE_CODE_SUBAGENT_MODEL");

  /// An hour: on a processor, reading a long prompt takes minutes.
  private static final String PATIENCE_MILLIS = "3600000";

  @Override
  public String name() {
    return "claude";
  }

  @Override
  public String title() {
    return "Claude Code";
  }

  @Override
  public String install() {
    return "npm install -g @anthropic-ai/claude-code";
  }

  @Override
  public List<String> places() {
    return List.of(".local/bin", ".claude/local");
  }

  @Override
  public String gets() {
    return "variables ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN and its models";
  }

  @Override
  public Plan plan(Target target, Home home) {
    SequencedMap<String, Setting> environment = new LinkedHashMap<>();
    environment.put("ANTHROPIC_BASE_URL", new Setting.Plain(target.server().toString()));
    environment.put("ANTHROPIC_AUTH_TOKEN", target.keySetting());
    MODELS.forEach(name -> environment.put(name, new Setting.Plain(target.model())));
    environment.put("CLAUDE_CODE_MAX_CONTEXT_TOKENS", number(target.context()));
    environment.put("CLAUDE_CODE_MAX_OUTPUT_TOKENS", number(target.answerTokens()));
    environment.put("CLAUDE_CODE_ATTRIBUTION_HEADER", new Setting.Plain("0"));
    environment.put("CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST", new Setting.Plain("1"));
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", new Setting.Plain("1"));
    environment.put("API_TIMEOUT_MS", new Setting.Plain(PATIENCE_MILLIS));
    List<String> removed =
        List.of(
            "ANTHROPIC_API_KEY",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CODE_USE_FOUNDRY");
    return new Plan(List.of(), environment, removed, Optional.empty());
  }

  private static Setting number(int value) {
    return new Setting.Plain(Integer.toString(value));
  }

  @Override
  public Optional<Edit> edit(Target target, Home home) {
    return Optional.empty();
  }
}
