package dev.freehold.server;

import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What is counted of one model's answers.
final class ModelFigures {
  private static final double[] WAITS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };
  private static final double[] STEPS = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  private static final double[] WHOLES = {
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };
  private static final double[] TOKENS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000
  };

  private final Histogram firstToken = new Histogram(WAITS);
  private final Histogram interToken = new Histogram(STEPS);
  private final Histogram whole = new Histogram(WHOLES);
  private final Histogram queued = new Histogram(WHOLES);
  private final Histogram inference = new Histogram(WHOLES);
  private final Histogram prefill = new Histogram(WHOLES);
  private final Histogram decode = new Histogram(WHOLES);
  private final Histogram promptTokens = new Histogram(TOKENS);
  private final Histogram answerTokens = new Histogram(TOKENS);
  private final Map<FinishReason, Long> finished = new EnumMap<>(FinishReason.class);
  private long prompts;
  private long computedPrompts;
  private long answers;
  private long failures;
  private long longest;
  private double prefillSeconds;
  private double decodeSeconds;
  private int running;

  synchronized void begin() {
    running++;
  }

  synchronized void end() {
    running--;
  }

  synchronized void failed() {
    failures++;
  }

  void first(Duration time) {
    firstToken.add(seconds(time));
  }

  /// An answer is complete; its tokens after the first share its time evenly.
  synchronized void finished(FinishReason reason, Usage usage, Duration time) {
    finished.merge(reason, 1L, Long::sum);
    whole.add(seconds(time));
    queued.add(seconds(usage.queued()));
    inference.add(seconds(usage.prefill().plus(usage.decode())));
    prefill.add(seconds(usage.prefill()));
    decode.add(seconds(usage.decode()));
    promptTokens.add(usage.promptTokens());
    answerTokens.add(usage.completionTokens());
    int steps = usage.completionTokens() - 1;
    if (steps > 0) {
      interToken.add(seconds(usage.decode()) / steps, steps);
    }
    prompts += usage.promptTokens();
    computedPrompts += usage.promptTokens() - usage.reusedTokens();
    answers += usage.completionTokens();
    longest = Math.max(longest, (long) usage.promptTokens() + usage.completionTokens());
    prefillSeconds += seconds(usage.prefill());
    decodeSeconds += seconds(usage.decode());
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  synchronized int running() {
    return running;
  }

  /// Writes the figures under the names of vLLM.
  synchronized void writeVllm(MetricsText text, String labels) {
    text.counter("vllm:prompt_tokens_total", labels, prompts);
    text.counter("vllm:prompt_tokens_cached_total", labels, prompts - computedPrompts);
    text.counter("vllm:generation_tokens_total", labels, answers);
    for (FinishReason reason : FinishReason.values()) {
      text.counter(
          "vllm:request_success_total",
          labels + ",finished_reason=\"%s\"".formatted(word(reason)),
          finished.getOrDefault(reason, 0L));
    }
    text.counter("freehold_request_failures_total", labels, failures);
    text.histogram("vllm:time_to_first_token_seconds", labels, firstToken);
    text.histogram("vllm:inter_token_latency_seconds", labels, interToken);
    text.histogram("vllm:e2e_request_latency_seconds", labels, whole);
    text.histogram("vllm:request_queue_time_seconds", labels, queued);
    text.histogram("vllm:request_inference_time_seconds", labels, inference);
    text.histogram("vllm:request_prefill_time_seconds", labels, prefill);
    text.histogram("vllm:request_decode_time_seconds", labels, decode);
    text.histogram("vllm:request_prompt_tokens", labels, promptTokens);
    text.histogram("vllm:request_generation_tokens", labels, answerTokens);
  }

  /// Writes the figures under the names of llama.cpp.
  synchronized void writeLlama(MetricsText text, String labels) {
    text.counter("llamacpp:prompt_tokens_total", labels, computedPrompts);
    text.counter("llamacpp:prompt_tokens_cached_total", labels, prompts - computedPrompts);
    text.counter("llamacpp:prompt_seconds_total", labels, prefillSeconds);
    text.counter("llamacpp:tokens_predicted_total", labels, answers);
    text.counter("llamacpp:tokens_predicted_seconds_total", labels, decodeSeconds);
    text.gauge("llamacpp:prompt_tokens_seconds", labels, rate(computedPrompts, prefillSeconds));
    text.gauge("llamacpp:predicted_tokens_seconds", labels, rate(answers, decodeSeconds));
    text.gauge("llamacpp:n_tokens_max", labels, longest);
  }

  private static double rate(long tokens, double seconds) {
    return seconds == 0 ? 0 : tokens / seconds;
  }

  private static String word(FinishReason reason) {
    return switch (reason) {
      case END -> "stop";
      case STOP_STRING -> "stop_string";
      case TOOL_CALLS -> "tool_calls";
      case MAX_TOKENS -> "length";
      case CONTEXT_FULL -> "context_full";
      case REFUSED -> "refused";
      case CANCELLED -> "abort";
    };
  }
}
