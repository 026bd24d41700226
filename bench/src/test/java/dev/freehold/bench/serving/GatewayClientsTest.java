package dev.freehold.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The vendors' own clients, unmodified, by way of a gateway in a process of its own to two vendors
/// that fail and the engine of the gateway. Needs `node` and `npm`: `./mvnw test -pl bench -am
/// -Pclients`.
///
/// The last part of the model's name says what is to happen; of two vendors, the one that is asked
/// for the model `first` fails and the one that is asked for `second` answers.
@Tag("clients")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GatewayClientsTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final Path WORK = ROOT.resolve("bench/target/clients");
  private static final List<String> WORDS =
      List.of(
          "hello",
          "cut",
          "call",
          "call-cut",
          "json",
          "think",
          "long",
          "bad",
          "too-long",
          "limited",
          "dead",
          "endless");

  @TempDir private Path folder = Path.of("unset");
  private final CountDownLatch aborted = new CountDownLatch(1);

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(WORK);
    copy(ROOT.resolve("server/src/test/clients"), "package.json");
    copy(ROOT.resolve("server/src/test/clients"), "tell.mjs");
    copy(ROOT.resolve("bench/src/test/clients"), "openai.mjs");
    copy(ROOT.resolve("bench/src/test/clients"), "anthropic.mjs");
    if (!Files.isDirectory(WORK.resolve("node_modules"))) {
      run(List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"));
    }
  }

  private static void copy(Path from, String name) throws IOException {
    Files.copy(from.resolve(name), WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(WORK.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  private static String routes(FakeVendor north, FakeVendor south) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        backends:
          north: {url: "http://127.0.0.1:%d/v1"}
          south: {shape: anthropic, url: "http://127.0.0.1:%d/v1"}
        retries: {pause: 1ms, longest-pause: 1ms}
        routes:
        """
            .formatted(north.port(), south.port()));
    for (String word : WORDS) {
      for (String route : List.of("north", "south", "north-strict", "south-strict")) {
        String first = route.replace("-strict", "");
        String second = first.equals("north") ? "south" : "north";
        text.append(
            """
              %s/%s:
                targets:
                  - {backend: %s, model: %s}
                  - {backend: %s, model: %s, can: [tools, schema, continue]}
            """
                .formatted(
                    route, word, first, route + "/first/" + word, second, route + "/second/" + word)
                .indent(0));
        if (!first.equals(route)) {
          text.append("    after-cut: fail\n    last-resort: false\n");
        }
      }
    }
    return text.toString();
  }

  /// What both vendors do; the name is that of the vendor.
  private FakeVendor.Script script(String name) {
    return answer -> {
      JsonNode body = answer.body();
      String[] model = body.path("model").asString().split("/");
      String word = model[2];
      boolean isFirst = model[1].equals("first");
      if (fails(answer, word)) {
        return;
      }
      answer.begin(name + "-1");
      JsonNode messages = body.path("messages");
      boolean goesOn =
          messages.path(messages.size() - 1).path("role").asString().equals("assistant");
      switch (word) {
        case "cut" -> {
          if (!goesOn) {
            answer.text("Not ");
            answer.text("from ");
          }
          if (isFirst) {
            answer.reset();
            return;
          }
          answer.text(goesOn ? " this " : "this ");
          answer.text("machine.");
        }
        case "call", "call-cut" -> {
          if (answer.request().body().contains("11 C")) {
            answer.text("It is 11 C.");
            break;
          }
          JsonNode tool = body.at("/tools/0");
          String called = tool.at("/function/name").asString(tool.path("name").asString(""));
          if (!goesOn) {
            answer.text("Let me see. ");
          }
          if (isFirst && word.equals("call-cut")) {
            answer.call("id_1", called, "{\"ci");
            answer.reset();
            return;
          }
          answer.call("id_1", called, "{\"ci", "ty\":\"Bern\"}");
          answer.end("tool_calls");
          return;
        }
        case "json" -> {
          boolean isAsked =
              body.has("response_format") || body.at("/output_config/format").isObject();
          answer.text(isAsked ? "{\"city\":" : "no schema");
          answer.text(isAsked ? "\"Bern\"}" : " came");
        }
        case "think" -> {
          answer.thought("Hm");
          answer.thought("m");
          answer.text("So.");
        }
        case "long" -> {
          answer.text("On and");
          answer.end("length");
          return;
        }
        case "endless" -> endless(answer);
        default -> {
          answer.text("Hel");
          answer.text("lo");
        }
      }
      answer.end("stop");
    };
  }

  private static boolean fails(VendorAnswer answer, String word) throws IOException {
    switch (word) {
      case "bad" ->
          answer.error(400, "", "invalid_request_error", "messages: are not as they must be");
      case "too-long" ->
          answer.error(
              400, "", "invalid_request_error", "prompt is too long: 9 tokens > 8 maximum");
      case "limited" -> answer.error(429, "Retry-After: 30\r\n", "rate_limit_error", "slow down");
      case "dead" -> answer.error(500, "", "api_error", "broken");
      default -> {
        return false;
      }
    }
    return true;
  }

  private void endless(VendorAnswer answer) throws IOException, InterruptedException {
    try {
      while (true) {
        answer.text("on and ");
        Thread.sleep(5);
      }
    } catch (IOException gone) {
      aborted.countDown();
      throw gone;
    }
  }

  /// What the client made of all cases by a route, one line for each.
  private List<String> told(String client, String route) throws Exception {
    try (FakeVendor north = new FakeVendor(FakeVendor.Form.OPENAI, false, script("north"));
        FakeVendor south = new FakeVendor(FakeVendor.Form.ANTHROPIC, false, script("south"))) {
      GatewayHome home = new GatewayHome(folder, Map.of()).withRoutes(routes(north, south));
      try (ServerProcess gateway =
          ServerProcess.gateway(new ArrayList<>(ServerProcess.ownCommand()), home)) {
        String address = gateway.address().toString().replaceFirst("/+$", "");
        List<String> told = new ArrayList<>();
        for (String line : run(List.of("node", client + ".mjs", address, route))) {
          for (var member : JsonMapper.shared().readTree(line).properties()) {
            told.add(member.getKey() + " " + member.getValue().toString().replace('"', '\''));
          }
        }
        assertThat(aborted.await(10, TimeUnit.SECONDS)).as("the vendor is left alone").isTrue();
        return told;
      }
    }
  }

  private void check(String client, String first, String... expected) throws Exception {
    String second = first.equals("north") ? "south" : "north";
    List<String> lines =
        Stream.of(expected)
            .map(line -> line.replace("FIRST", first).replace("SECOND", second))
            .toList();
    assertThat(told(client, first)).containsExactlyElementsOf(lines);
  }

  @ParameterizedTest
  @ValueSource(strings = {"north", "south"})
  void openai(String first) throws Exception {
    check(
        "openai",
        first,
        "create ['FIRST','Hello','stop','FIRST-1',[20,8],[5,2]]",
        "stream ['FIRST',['FIRST'],'Hello',['stop'],'FIRST-1']",
        "cut ['FIRST',['FIRST','SECOND'],'Not from this machine.',['stop'],'SECOND-1']",
        "cut, by the stream helper ['Not from this machine.',1]",
        "cut, not streamed ['Not from this machine.','SECOND']",
        "call ['Let me see. ',[['weather','{\\'city\\':\\'Bern\\'}']],'tool_calls']",
        "call-cut ['Let me see. ',[['weather','{\\'city\\':\\'Bern\\'}']],'tool_calls']",
        "result 'It is 11 C.'",
        "json {'city':'Bern'}",
        "think ['Hmm','So.',2]",
        "long ['On and','length']",
        "bad ['BadRequestError',400,'invalid_request_error',true]",
        "too long ['BadRequestError',400,'exceed_context_size_error',true]",
        "partial ['APIError',null,'unavailable_error',true]",
        "marked as partial true",
        "limited ['RateLimitError',429,'rate_limit_error',true]",
        "retry after '30'",
        "dead ['engine','demo',true]",
        "dead, streamed ['engine',['engine'],'demo',true]",
        "abort 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"north", "south"})
  void anthropic(String first) throws Exception {
    String events =
        "'message_start content_block_start content_block_delta content_block_stop"
            + " message_delta message_stop'";
    check(
        "anthropic",
        first,
        "create ['FIRST','Hello','end_turn','FIRST-1',[12,8,5]]",
        "stream ['FIRST','Hello','end_turn','FIRST-1'," + events + "]",
        "cut ['FIRST','Not from this machine.','end_turn','FIRST-1'," + events + "]",
        "cut, by the stream helper [[['text','Not from this machine.']],'end_turn']",
        "cut, not streamed ['SECOND','Not from this machine.','SECOND-1']",
        "call [[['text','Let me see. ',null],['tool_use','weather',{'city':'Bern'}]],'tool_use']",
        "call-cut [[['text','Let me see. ',null],['tool_use','weather',{'city':'Bern'}]],"
            + "'tool_use']",
        "result 'It is 11 C.'",
        "json {'city':'Bern'}",
        "think [[['thinking','Hmm'],['text','So.']],2]",
        "long ['On and','max_tokens']",
        "bad ['BadRequestError',400,'invalid_request_error',true]",
        "too long ['BadRequestError',400,'invalid_request_error',true]",
        "partial ['APIError',null,'overloaded_error',true]",
        "marked as partial true",
        "limited ['RateLimitError',429,'rate_limit_error',true]",
        "retry after '30'",
        "dead ['engine','demo',true]",
        "dead, streamed ['engine','demo',true]",
        "abort 'APIUserAbortError'");
  }
}
