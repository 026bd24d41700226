package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.server.openai.OpenAiDialect;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `/metrics` under the names that dashboards of vLLM and llama.cpp graph.
class MetricsTest {
  @Test
  void tellsFiguresUnderTheNamesThatDashboardsKnow() {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      test.post("/v1/completions", "{'prompt':'a','model':'tiny'}");
      test.post("/v1/completions", "{'prompt':'a','model':'none'}");
      String text = test.get("/metrics").body();
      assertThat(text)
          .contains(
              "# TYPE vllm:num_requests_running gauge\n"
                  + "vllm:num_requests_running{model_name=\"tiny\"} 1\n")
          .contains("vllm:num_requests_waiting{model_name=\"tiny\"} 2\n")
          .contains("vllm:kv_cache_usage_perc{model_name=\"tiny\"} 0.25\n")
          .contains("vllm:prefix_cache_queries_total{model_name=\"tiny\"} 50\n")
          .contains("vllm:prefix_cache_hits_total{model_name=\"tiny\"} 20\n")
          .contains("vllm:prompt_tokens_total{model_name=\"tiny\"} 7\n")
          .contains("vllm:generation_tokens_total{model_name=\"tiny\"} 2\n")
          .contains("vllm:request_success_total{model_name=\"tiny\",finished_reason=\"stop\"} 1\n")
          .contains("# TYPE vllm:time_to_first_token_seconds histogram\n")
          .contains("vllm:time_to_first_token_seconds_count{model_name=\"tiny\"} 1\n")
          .contains("vllm:request_prefill_time_seconds_sum{model_name=\"tiny\"} 0.02\n")
          .contains("vllm:inter_token_latency_seconds_bucket{model_name=\"tiny\",le=\"0.3\"} 1\n")
          .contains("vllm:prompt_tokens_cached_total{model_name=\"tiny\"} 3\n")
          .contains("vllm:spec_decode_num_accepted_tokens_total{model_name=\"tiny\"} 5\n")
          .contains("llamacpp:prompt_tokens_cached_total{model=\"tiny\"} 3\n")
          .contains("llamacpp:tokens_predicted_total{model=\"tiny\"} 2\n")
          .contains("llamacpp:requests_deferred{model=\"tiny\"} 2\n")
          .contains("vllm:spec_decode_num_drafts_total{model_name=\"tiny\"} 4\n")
          .contains("llamacpp:spec_decode_num_drafts_total{model=\"tiny\"} 4\n")
          .contains("llamacpp:spec_decode_num_accepted_tokens_total{model=\"tiny\"} 5\n")
          .contains("freehold_http_requests_total{status=\"200\"} 1\n")
          .contains("freehold_http_requests_total{status=\"404\"} 1\n")
          .doesNotContain("none");
      for (String name :
          List.of(
              "vllm:e2e_request_latency_seconds",
              "vllm:request_queue_time_seconds",
              "vllm:request_inference_time_seconds",
              "vllm:request_decode_time_seconds",
              "vllm:request_prompt_tokens",
              "vllm:request_generation_tokens")) {
        assertThat(text).contains(name + "_bucket{model_name=\"tiny\",le=\"+Inf\"} 1\n");
      }
      assertThat(text.lines().filter(line -> line.startsWith("# TYPE")).distinct().count())
          .isEqualTo(text.lines().filter(line -> line.startsWith("# TYPE")).count());
    }
  }

  @Test
  void clientsThatCloseWhenAllIsToldAreNotGone() throws IOException {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      byte[] request =
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 200; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.port())) {
          socket.getOutputStream().write(request);
          InputStream in = socket.getInputStream();
          String told = "";
          while (!told.endsWith("]}")) {
            int read = in.read();
            assertThat(read).as(told).isNotNegative();
            told += (char) read;
          }
        }
      }
      assertThat(test.get("/metrics").body())
          .contains("freehold_clients_gone_total 0\n")
          .doesNotContain("status=\"499\"");
    }
  }

  @Test
  void bucketsCountWhatIsAtMostTheirBound() {
    Histogram histogram = new Histogram(1, 2);
    histogram.add(1);
    histogram.add(1.5);
    histogram.add(3, 2);
    StringBuilder text = new StringBuilder();
    histogram.write(text, "h", "m=\"x\"");
    assertThat(text)
        .hasToString(
            """
            h_bucket{m="x",le="1.0"} 1
            h_bucket{m="x",le="2.0"} 2
            h_bucket{m="x",le="+Inf"} 4
            h_sum{m="x"} 8.5
            h_count{m="x"} 4
            """);
  }
}
