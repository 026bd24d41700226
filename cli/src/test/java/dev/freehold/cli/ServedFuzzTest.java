package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.ServedDemo.Pace;
import dev.freehold.cli.ServedDemo.Reply;
import dev.freehold.engine.Scheduling;
import dev.freehold.server.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Mutated bodies, sent in right and wrong ways to every route of a server with a real model: each
/// is answered or refused, in time, and none is a bug.
@Timeout(value = 3600, unit = TimeUnit.SECONDS)
class ServedFuzzTest {
  private static final long SEED = 20261121;

  private static final String MESSAGES =
      "'model':'demo','messages':[{'role':'system','content':'Be short.'},{'role':'user','content':"
          + "'Hi'},{'role':'assistant','content':'Hello','tool_calls':[{'id':'c1',"
          + "'type':'function',"
          + "'function':{'name':'f','arguments':ARGUMENTS}}]},{'role':'tool','tool_call_id':'c1',"
          + "'content':'3'}]";
  private static final String TOOLS =
      "'tools':[{'type':'function','function':{'name':'f','description':'Adds.','parameters':"
          + "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']}}}]";
  private static final String SAMPLING =
      "'temperature':0.7,'top_p':0.9,'top_k':40,'min_p':0.01,'seed':7,'frequency_penalty':0.1,"
          + "'presence_penalty':0.1,'repeat_penalty':1.1,'repeat_last_n':64,'logit_bias':{'17':1}";

  /// Bodies that each route takes as they are.
  private static final Map<String, List<String>> BODIES =
      Map.ofEntries(
          Map.entry(
              "/v1/chat/completions",
              List.of(
                  "{%s,%s,%s,'tool_choice':'auto','parallel_tool_calls':false,'max_tokens':3,'n':2,"
                      + "'stream':true,'stream_options':{'include_usage':true},'stop':['zz'],"
                      + "'logprobs':true,'top_logprobs':2,'user':'u','return_progress':true}",
                  "{'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}],"
                      + "'response_format':{'type':'json_schema','json_schema':{'name':'n',"
                      + "'schema':"
                      + "{'type':'object','properties':{'a':{'enum':[1,2]}},'required':['a'],"
                      + "'additionalProperties':false}}},'max_completion_tokens':9,"
                      + "'reasoning_effort':'low','chat_template_kwargs':{'x':1},"
                      + "'thinking_budget_tokens':5,'freehold':{'receipt':true}}",
                  "{'messages':[{'role':'user','content':'Hi'},{'role':'assistant',"
                      + "'content':'Oh'}],"
                      + "'max_tokens':2,'guided_regex':null}")),
          Map.entry(
              "/v1/chat/completions/input_tokens",
              List.of("{'messages':[{'role':'user','content':'Hi'}]}")),
          Map.entry(
              "/v1/completions",
              List.of(
                  "{'prompt':['a','b'],'max_tokens':2,'echo':true,'logprobs':2,'n':1,'best_of':2}",
                  "{'prompt':[1,2,3],'max_tokens':2,'stream':true,'guided_choice':['yes','no'],"
                      + "'stop':'q'}")),
          Map.entry("/v1/embeddings", List.of("{'input':['a','b'],'encoding_format':'base64'}")),
          Map.entry("/tokenize", List.of("{'content':'Hi','with_pieces':true}", "{'prompt':'a'}")),
          Map.entry("/detokenize", List.of("{'tokens':[1,2,3]}")),
          Map.entry(
              "/v1/messages",
              List.of(
                  "{'model':'demo','max_tokens':2,'stream':true,'system':[{'type':'text',"
                      + "'text':'S',"
                      + "'cache_control':{'type':'ephemeral'}}],'messages':[{'role':'user',"
                      + "'content':[{'type':'text','text':'Hi'}]},{'role':'assistant','content':"
                      + "[{'type':'thinking','thinking':'t','signature':'s'},{'type':'tool_use',"
                      + "'id':'i','name':'f','input':{'a':1}}]},{'role':'user','content':"
                      + "[{'type':'tool_result','tool_use_id':'i','content':'3'}]}],"
                      + "'tools':[{'name':'f','input_schema':{'type':'object'}}],"
                      + "'tool_choice':{'type':'auto'},'metadata':{'user_id':'u'},"
                      + "'stop_sequences':['zz']}",
                  "{'model':'demo','max_tokens':2000,'thinking':{'type':'enabled',"
                      + "'budget_tokens':1024},'stop_sequences':['e'],"
                      + "'messages':[{'role':'user','content':'Hi'}]}")),
          Map.entry(
              "/v1/messages/count_tokens",
              List.of("{'model':'demo','messages':[{'role':'user','content':'Hi'}]}")),
          Map.entry(
              "/v1/responses",
              List.of(
                  "{'input':[{'role':'user','content':[{'type':'input_text','text':'Hi'}]},"
                      + "{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},"
                      + "{'type':'function_call_output','call_id':'c','output':'3'}],'stream':true,"
                      + "'instructions':'I','max_output_tokens':2,'tools':[{'type':'function',"
                      + "'name':'f','parameters':{'type':'object'}},{'type':'custom','name':'g'}],"
                      + "'reasoning':{'effort':'low'},'include':['message.output_text.logprobs'],"
                      + "'top_logprobs':1,'metadata':{'a':'b'}}",
                  "{'input':'Hi','text':{'format':{'type':'json_object'}},'max_output_tokens':4}")),
          Map.entry("/v1/responses/input_tokens", List.of("{'input':'Hi'}")),
          Map.entry(
              "/api/chat",
              List.of(
                  "{%s,%s,'options':{%s,'num_predict':2,'num_ctx':99,'stop':['zz']},"
                      + "'keep_alive':'5m'}",
                  "{'model':'demo','messages':[{'role':'user','content':'Hi'}],'stream':false,"
                      + "'format':{'type':'integer'},'options':{'num_predict':3},'logprobs':true,"
                      + "'think':false}")),
          Map.entry(
              "/api/generate",
              List.of(
                  "{'model':'demo','prompt':'Hi','system':'S','options':{'num_predict':2}}",
                  "{'model':'demo','prompt':'Hi','raw':true,'stream':false,'format':'json',"
                      + "'options':{'num_predict':2}}",
                  "{'model':'demo'}")),
          Map.entry("/api/show", List.of("{'model':'demo'}")),
          Map.entry("/api/embed", List.of("{'model':'demo','input':['a','b'],'truncate':true}")),
          Map.entry("/api/embeddings", List.of("{'model':'demo','prompt':'a'}")),
          Map.entry("/api/pull", List.of("{'model':'hf.co/a/b','stream':true}")));

  @TempDir private Path home = Path.of("unset");
  private ServedDemo served;
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  @BeforeEach
  void start() {
    served = new ServedDemo(home, Pace.FAST, Scheduling.DEFAULT, Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static List<JsonNode> bodies(String path) {
    return BODIES.getOrDefault(path, List.of()).stream()
        .map(body -> {
          String arguments = path.equals("/api/chat") ? "{'a':1}" : "'{\\'a\\':1}'";
          String text =
              body.formatted(MESSAGES.replace("ARGUMENTS", "@"), TOOLS, SAMPLING)
                  .replace('\'', '"')
                  .replace("@", arguments.replace("\\'", "\\\"").replace('\'', '"'));
          return JsonMapper.shared().readTree(text);
        })
        .toList();
  }

  /// Whoever adds a route adds bodies that it takes.
  @Test
  void thereAreBodiesForEveryRoute() throws IOException {
    for (Route route : served.routes()) {
      if (route.method().equals("POST")) {
        assertThat(bodies(route.path())).as(route.path()).isNotEmpty();
        for (JsonNode body : bodies(route.path())) {
          Reply reply = served.post(route.path(), body.toString());
          assertThat(reply.status()).as("%s %s: %s", route.path(), body, reply).isEqualTo(200);
          assertEnds(route.path(), reply);
        }
      }
    }
  }

  @Test
  void everyBodyIsAnsweredOrRefused() throws IOException {
    fuzz(1200);
  }

  @Test
  @Tag("long")
  void everyBodyOfManyIsAnsweredOrRefused() throws IOException {
    fuzz(30_000);
  }

  private void fuzz(int rounds) throws IOException {
    List<Route> routes = served.routes();
    for (int i = 0; i < rounds; i++) {
      SplittableRandom random = new SplittableRandom(SEED + i);
      Route route = routes.get(random.nextInt(routes.size()));
      if (!route.method().equals("POST") && random.nextInt(4) > 0) { // those take no body
        continue;
      }
      Sent sent = sent(route, random);
      String what = "seed %d: %s".formatted(SEED + i, sent);
      try {
        exchange(sent).ifPresent(reply -> check(route.path(), reply, what));
      } catch (IOException | RuntimeException failure) {
        throw new AssertionError(what, failure);
      }
    }
    assertThat(served.post("/tokenize", "{'content':'still here'}").status()).isEqualTo(200);
    assertThat(statuses.keySet()).contains(200, 400, 415);
    assertThat(statuses.getOrDefault(200, 0)).as("%s", statuses).isGreaterThan(rounds / 20);
    assertThat(statuses.getOrDefault(400, 0)).as("%s", statuses).isGreaterThan(rounds / 20);
  }

  /// What goes over the wire.
  private record Sent(String method, String path, String headers, byte[] body, boolean isWhole) {
    @Override
    public String toString() {
      String text = new String(body, StandardCharsets.ISO_8859_1);
      return "%s %s\n%s%s"
          .formatted(method, path, headers, text.length() > 3000 ? text.substring(0, 3000) : text);
    }
  }

  private static Sent sent(Route route, SplittableRandom random) throws IOException {
    List<JsonNode> valid = bodies(route.path());
    JsonNode chosen =
        valid.isEmpty()
            ? JsonMapper.shared().readTree("{\"a\":1}")
            : valid.get(random.nextInt(valid.size()));
    byte[] body = new MutatedBodies(random).of(chosen);
    String headers = "Content-Type: application/json\r\n";
    boolean isWhole = true;
    switch (random.nextInt(16)) {
      case 0 -> {
        headers += "Transfer-Encoding: chunked\r\n";
        body = chunked(body, random);
      }
      case 1 -> { // more is said than comes
        headers += "Content-Length: " + (body.length + 1 + random.nextInt(1000)) + "\r\n";
        isWhole = false;
      }
      case 2 -> headers += "Content-Length: " + random.nextInt(body.length + 1) + "\r\n";
      case 3 -> {
        body = random.nextBoolean() ? gzip(body) : body;
        headers += "Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n";
      }
      case 4 ->
          headers =
              "Content-Type: %s\r\nContent-Length: %d\r\n"
                  .formatted(
                      List.of("text/plain", "multipart/form-data; boundary=x", "\"", "a/b; ;")
                          .get(random.nextInt(4)),
                      body.length);
      case 5 -> headers += "Content-Length: -1\r\n";
      default -> headers += "Content-Length: " + body.length + "\r\n";
    }
    String path = route.path().replaceAll("\\{.*}", random.nextBoolean() ? "demo" : "%41/b");
    return new Sent(route.method(), path, headers, body, isWhole);
  }

  private static byte[] chunked(byte[] body, SplittableRandom random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < body.length) {
      int length = Math.min(body.length - at, 1 + random.nextInt(2000));
      out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, at, length);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += length;
    }
    String end = random.nextInt(4) == 0 ? "zz\r\n\r\n" : "0\r\n\r\n";
    out.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(body);
    }
    return out.toByteArray();
  }

  /// The answer; empty where a client that left before its request was whole got none.
  private Optional<Reply> exchange(Sent sent) throws IOException {
    try (Socket socket = served.connect()) {
      String head =
          "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
              .formatted(sent.method(), sent.path(), sent.headers());
      try {
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(sent.body());
      } catch (IOException refused) {
        return Optional.empty(); // it had seen enough
      }
      if (!sent.isWhole()) {
        socket.shutdownOutput();
      }
      byte[] all = socket.getInputStream().readAllBytes();
      if (all.length == 0 && !sent.isWhole()) {
        return Optional.empty();
      }
      return Optional.of(Reply.of(all));
    } catch (java.net.SocketException reset) {
      return Optional.empty(); // what was not read of a request that was refused
    }
  }

  private void check(String path, Reply reply, String what) {
    statuses.merge(reply.status(), 1, Integer::sum);
    assertThat(reply.status()).as("%s\n%s", what, reply).isIn(200, 400, 404, 413, 415, 501);
    if (reply.status() == 200) {
      assertEnds(path, reply);
    } else if (!reply.body().isEmpty()) {
      JsonNode error = reply.json().path("error");
      String message = error.isString() ? error.stringValue() : error.path("message").asString("");
      assertThat(message).as("%s\n%s", what, reply).isNotEmpty();
      assertThat(message).doesNotContain("Exception").doesNotContain("a bug in Freehold");
    }
  }

  /// Streams have a last event.
  private static void assertEnds(String path, Reply reply) {
    if (reply.head().contains("text/event-stream")) {
      assertThat(reply.body())
          .as(path)
          .containsAnyOf(
              "data: [DONE]\n\n",
              "event: message_stop\n",
              "event: response.completed\n",
              "event: response.incomplete\n",
              "event: response.failed\n",
              "event: error\n",
              "data: {\"error\":");
    } else if (reply.head().contains("application/x-ndjson")) {
      assertThat(reply.body().lines().toList().getLast())
          .as(path)
          .containsAnyOf("\"done\":true", "\"status\":\"success\"", "{\"error\":");
    }
  }
}
