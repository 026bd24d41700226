package dev.freehold.server.page;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ServedModel;
import dev.freehold.server.Backends;
import dev.freehold.server.Exchange;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/page/state`: which models there are, what they are, and what they are doing.
final class ServerState {
  private final Backends backends;
  private final OpennessSource openness;

  /// @param openness who can say how open models are
  ServerState(Backends backends, OpennessSource openness) {
    this.backends = backends;
    this.openness = openness;
  }

  void tell(Exchange exchange) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.put("time", exchange.clock().millis());
    ArrayNode models = state.putArray("models");
    backends
        .models()
        .models()
        .forEach(model -> models.add(model(told(model), openness.openness(model.name()))));
    ArrayNode activity = state.putArray("activity");
    backends.activity().activity().forEach(one -> activity.add(activity(one)));
    exchange.reply(state);
  }

  /// With details, where reading them costs nothing: the model is in memory.
  private ServedModel told(ServedModel listed) {
    return listed.loaded().isPresent() && listed.details().isEmpty()
        ? backends.models().show(listed.name())
        : listed;
  }

  private static ObjectNode model(ServedModel model, Optional<OpennessSource.Openness> openness) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("name", model.name()).put("note", model.note()).put("bytes", model.bytes());
    model
        .details()
        .ifPresent(details -> {
          ObjectNode about = told.putObject("details");
          about.put("format", details.format()).put("family", details.family());
          about.put("quantization", details.quantization());
          about.put("parameters", details.parameters());
          about.put("context_length", details.contextLength());
          ArrayNode capabilities = about.putArray("capabilities");
          details.capabilities().stream()
              .map(capability -> capability.name().toLowerCase(Locale.ROOT))
              .sorted()
              .forEach(capabilities::add);
        });
    model
        .loaded()
        .ifPresent(loaded -> {
          ObjectNode now = told.putObject("loaded");
          now.put("context_length", loaded.contextLength());
          now.put("memory_bytes", loaded.memoryBytes());
          loaded.until().ifPresent(until -> now.put("until", until.toString()));
        });
    openness.ifPresent(audited -> {
      ObjectNode about = told.putObject("openness");
      about.put("grade", audited.grade()).put("definition", audited.definition());
      ArrayNode licences = about.putArray("licences");
      audited.licences().forEach(licences::add);
      ArrayNode risks = about.putArray("risks");
      audited.risks().forEach(risks::add);
      about.put("unknown", audited.unknown());
    });
    return told;
  }

  private static ObjectNode activity(Activity one) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("model", one.model());
    told.put("running", one.running()).put("waiting", one.waiting());
    told.put("state_bytes", one.stateBytes()).put("state_limit_bytes", one.stateLimitBytes());
    told.put("prefix_query_tokens", one.prefixQueryTokens());
    told.put("prefix_hit_tokens", one.prefixHitTokens());
    told.put("prompt_tokens", one.promptTokens()).put("answer_tokens", one.answerTokens());
    told.put("drafts", one.drafts());
    told.put("draft_tokens", one.draftTokens()).put("accepted_tokens", one.acceptedTokens());
    return told.put("steps", one.steps()).put("step_sequences", one.stepSequences());
  }
}
