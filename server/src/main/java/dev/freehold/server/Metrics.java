package dev.freehold.server;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What `/metrics` tells: under the names of vLLM and llama.cpp, which dashboards know, and a few
/// of our own.
final class Metrics {
  /// Names that clients made up do not become series without bound.
  private static final int MAX_MODELS = 1000;

  private final Map<String, ModelFigures> models = new ConcurrentSkipListMap<>();
  private final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
  private final LongAdder gone = new LongAdder();

  ModelFigures model(String name) {
    String known = models.size() < MAX_MODELS || models.containsKey(name) ? name : "other";
    return models.computeIfAbsent(known, n -> new ModelFigures());
  }

  void answered(int status) {
    statuses.computeIfAbsent(status, s -> new LongAdder()).increment();
  }

  void clientGone() {
    gone.increment();
  }

  String text(ActivityBackend backend, int connections) {
    MetricsText text = new MetricsText();
    Map<String, Activity> activities = new TreeMap<>();
    backend.activity().forEach(activity -> activities.put(activity.model(), activity));
    activities.forEach((model, activity) -> write(text, model, activity));
    models.forEach((model, figures) -> {
      String labels = MetricsText.label("model_name", model);
      if (!activities.containsKey(model)) {
        text.gauge("vllm:num_requests_running", labels, figures.running());
        text.gauge("vllm:num_requests_waiting", labels, 0);
      }
      figures.writeVllm(text, labels);
      figures.writeLlama(text, MetricsText.label("model", model));
    });
    statuses.forEach((status, count) ->
        text.counter("freehold_http_requests_total", "status=\"" + status + "\"", count.sum()));
    text.counter("freehold_clients_gone_total", "", gone.sum());
    text.gauge("freehold_connections", "", connections);
    return text.toString();
  }

  private static void write(MetricsText text, String model, Activity now) {
    String vllm = MetricsText.label("model_name", model);
    text.gauge("vllm:num_requests_running", vllm, now.running());
    text.gauge("vllm:num_requests_waiting", vllm, now.waiting());
    text.gauge(
        "vllm:kv_cache_usage_perc",
        vllm,
        now.stateLimitBytes() == 0 ? 0 : (double) now.stateBytes() / now.stateLimitBytes());
    for (String end : new String[] {"", "_total"}) {
      text.counter("vllm:prefix_cache_queries" + end, vllm, now.prefixQueryTokens());
      text.counter("vllm:prefix_cache_hits" + end, vllm, now.prefixHitTokens());
    }
    text.counter("vllm:spec_decode_num_drafts_total", vllm, now.drafts());
    text.counter("vllm:spec_decode_num_draft_tokens_total", vllm, now.draftTokens());
    text.counter("vllm:spec_decode_num_accepted_tokens_total", vllm, now.acceptedTokens());
    String llama = MetricsText.label("model", model);
    text.gauge("llamacpp:requests_processing", llama, now.running());
    text.gauge("llamacpp:requests_deferred", llama, now.waiting());
    text.counter("llamacpp:n_decode_total", llama, now.steps());
    text.gauge(
        "llamacpp:n_busy_slots_per_decode",
        llama,
        now.steps() == 0 ? 0 : (double) now.stepSequences() / now.steps());
    text.counter("llamacpp:spec_decode_num_drafts_total", llama, now.drafts());
    text.counter("llamacpp:spec_decode_num_draft_tokens_total", llama, now.draftTokens());
    text.counter("llamacpp:spec_decode_num_accepted_tokens_total", llama, now.acceptedTokens());
    text.gauge("freehold_state_bytes", llama, now.stateBytes());
    text.gauge("freehold_state_limit_bytes", llama, now.stateLimitBytes());
  }
}
