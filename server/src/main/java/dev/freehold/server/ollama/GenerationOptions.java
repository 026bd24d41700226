package dev.freehold.server.ollama;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import dev.freehold.server.wire.SamplingFields;
import dev.freehold.server.wire.Thinking;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads what `chat` and `generate` have in common: `options`, `format`, `think`, `logprobs`.
///
/// Options that say where and how fast a model runs (`num_gpu`, `num_thread`, `num_batch`, ...)
/// belong to who runs the server and change no answer; they are ignored, as are unknown ones.
/// `num_ctx` is ignored too: a model is served with one context, and a prompt that does not fit it
/// is an error. Options that would change the answer and are not to be had (`mirostat`, `tfs_z`)
/// are refused.
final class GenerationOptions {
  private static final int MAX_STOPS = 1000;
  private static final int MAX_LOGPROBS = 20;

  private final Fields body;
  private final Fields options;

  GenerationOptions(Fields body) {
    this.body = body;
    this.options =
        body.object("options")
            .orElse(Fields.of(JsonNodeFactory.instance.objectNode(), body.at("options")));
    options.integer("num_ctx", 0, Integer.MAX_VALUE);
    refuseUnless("mirostat", 0);
    refuseUnless("tfs_z", 1);
  }

  private void refuseUnless(String option, double neutral) {
    Optional<Double> value = options.number(option);
    if (value.isPresent() && value.get() != neutral) {
      throw new ChatException(options.at(option), "is not supported; leave it out");
    }
  }

  Sampling sampling() {
    return SamplingFields.read(options);
  }

  /// `num_predict` of -1 (no bound) and of -2 (up to the end of the context) say the same here.
  Ending ending() {
    OptionalInt wanted = options.integer("num_predict", -2, Integer.MAX_VALUE);
    if (wanted.isPresent() && wanted.getAsInt() == 0) {
      throw new ChatException(options.at("num_predict"), "expected -1, -2 or at least 1, found 0");
    }
    OptionalInt maxTokens =
        wanted.isPresent() && wanted.getAsInt() < 0 ? OptionalInt.empty() : wanted;
    List<String> stops = options.strings("stop", MAX_STOPS);
    return Named.as(options, "stop", "stop", () -> new Ending(stops, maxTokens));
  }

  Output output() {
    int alternatives = body.integer("top_logprobs", 0, MAX_LOGPROBS, 0);
    Logprobs logprobs =
        body.bool("logprobs", false) ? new Logprobs(true, false, alternatives) : Logprobs.NONE;
    return Output.FREE.withFormat(format()).withLogprobs(logprobs);
  }

  private OutputFormat format() {
    Optional<JsonNode> format = body.value("format");
    if (format.isEmpty() || format.get().isString() && format.get().stringValue().isEmpty()) {
      return OutputFormat.FREE;
    }
    if (format.get().isString() && format.get().stringValue().equals("json")) {
      return new OutputFormat.JsonObject();
    }
    if (!format.get().isObject()) {
      throw new ChatException(
          body.at("format"),
          "expected \"json\" or a JSON Schema object, found " + Fields.shown(format.get()));
    }
    return Named.as(body, "format", "schema", () -> new OutputFormat.JsonSchema(format.get()));
  }

  Thinking thinking() {
    Optional<JsonNode> think = body.value("think");
    if (think.isEmpty()) {
      return Thinking.UNSAID;
    }
    if (think.get().isBoolean()) {
      return think.get().booleanValue() ? Thinking.ON : Thinking.OFF;
    }
    List<String> levels = List.of("low", "medium", "high", "max");
    if (!think.get().isString() || !levels.contains(think.get().stringValue())) {
      throw new ChatException(
          body.at("think"),
          "expected true, false, low, medium, high or max, found " + Fields.shown(think.get()));
    }
    return Thinking.ofEffort(think.get().stringValue()).orElseThrow();
  }
}
