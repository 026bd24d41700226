package dev.freehold.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.PullBackend;
import dev.freehold.server.TestServer;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.Script;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OllamaDialectTest {
  private static final PullBackend PULLS =
      (name, progress, cancellation) -> {
        if (!name.equals("tiny")) {
          throw new ChatException(
              ChatException.Kind.MODEL_NOT_FOUND, "model", "no hub has " + name);
        }
        String digest = "0123456789abcdef".repeat(4);
        progress.accept(new PullBackend.Progress(PullBackend.Stage.LOOKING, "", "", 0, 0));
        progress.accept(
            new PullBackend.Progress(PullBackend.Stage.FETCHING, "a.gguf", digest, 10, 10));
        progress.accept(
            new PullBackend.Progress(PullBackend.Stage.VERIFYING, "a.gguf", digest, 10, 10));
        progress.accept(new PullBackend.Progress(PullBackend.Stage.PLACING, "", "", 0, 0));
      };

  private final TestServer test =
      new TestServer(backends -> new OllamaDialect(backends, PULLS, Bodies.counting(), true));

  @AfterEach
  void close() {
    test.close();
  }

  private void answers(Script script) {
    test.backend.answers((request, events, cancellation) -> script.events().forEach(events));
  }

  /// The lines of a stream, without what the clock says.
  private static List<ObjectNode> lines(HttpResponse<String> answer) {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : answer.body().split("\n")) {
      ObjectNode read = (ObjectNode) TestServer.json(line);
      for (String field : List.of("created_at", "total_duration", "load_duration")) {
        read.remove(field);
      }
      lines.add(read);
    }
    return lines;
  }

  private static final String END =
      "'prompt_eval_count':12,'prompt_eval_duration':20000000,"
          + "'eval_count':%d,'eval_duration':300000000}";

  @Test
  void chatsInLines() {
    answers(
        Script.prompt(12, 4)
            .thinks("Hm")
            .says("Hel", "lo")
            .calls("w", "{\"c\":", "1}")
            .ends(FinishReason.TOOL_CALLS));
    HttpResponse<String> answer =
        test.post(
            "/api/chat", "{'model':'tiny:latest','messages':[{'role':'user','content':'hi'}]}");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-ndjson");
    assertThat(test.backend.last().model()).isEqualTo("tiny");
    assertThat(lines(answer))
        .containsExactly(
            line("'message':{'role':'assistant','content':'','thinking':'Hm'},'done':false}"),
            line("'message':{'role':'assistant','content':'Hel'},'done':false}"),
            line("'message':{'role':'assistant','content':'lo'},'done':false}"),
            line(
                "'message':{'role':'assistant','content':'','tool_calls':[{'id':'call_1',"
                    + "'function':{'index':0,'name':'w','arguments':{'c':1}}}]},'done':false}"),
            line(
                "'message':{'role':'assistant','content':''},'done':true,'done_reason':'stop',"
                    + END.formatted(6)));
    JsonNode last = TestServer.json(answer.body().strip().lines().toList().getLast());
    assertThat(last.get("total_duration").longValue()).isPositive();
    assertThat(last.get("load_duration").longValue()).isNotNegative();
    assertThat(Instant.parse(last.get("created_at").stringValue())).isAfter("2026-01-01T00:00:00Z");
  }

  private static ObjectNode line(String rest) {
    return (ObjectNode) Bodies.json("{'model':'tiny:latest'," + rest);
  }

  @Test
  void answersWholeOnRequest() {
    answers(
        Script.prompt(12, 4).thinks("Hm").token("A", -0.5).token("B", -1).ends(FinishReason.END));
    HttpResponse<String> answer =
        test.post(
            "/api/generate",
            "{'model':'tiny:latest','prompt':'hi','stream':false,'logprobs':true}");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(lines(answer))
        .containsExactly(
            line(
                "'response':'AB','thinking':'Hm','done':true,'logprobs':["
                    + "{'token':'A','logprob':-0.5,'bytes':[65],'top_logprobs':["
                    + "{'token':'A','logprob':-0.5,'bytes':[65]}]},"
                    + "{'token':'B','logprob':-1.0,'bytes':[66],'top_logprobs':["
                    + "{'token':'B','logprob':-1.0,'bytes':[66]}]}],'done_reason':'stop',"
                    + END.formatted(4)));
  }

  @Test
  void callsThatBrokeOffAreTold() {
    answers(Script.prompt(12, 4).calls("w", "{\"pa").ends(FinishReason.MAX_TOKENS));
    HttpResponse<String> answer =
        test.post("/api/chat", "{'model':'tiny','messages':[{'role':'user','content':'hi'}]}");
    assertThat(answer.body()).contains("\"content\":\"{\\\"pa\"").doesNotContain("tool_calls");
    assertThat(answer.body()).contains("\"done_reason\":\"length\"");
  }

  @Test
  void loadsAndDropsModels() {
    JsonNode loaded =
        TestServer.json(test.post("/api/chat", "{'model':'tiny','messages':[],'keep_alive':-1}"));
    assertThat(loaded.get("done_reason").stringValue()).isEqualTo("load");
    assertThat(loaded.get("done").booleanValue()).isTrue();
    JsonNode dropped =
        TestServer.json(test.post("/api/generate", "{'model':'tiny','keep_alive':0}"));
    assertThat(dropped.get("done_reason").stringValue()).isEqualTo("unload");
    assertThat(dropped.get("response").stringValue()).isEmpty();
    test.post("/api/generate", "{'model':'tiny','prompt':'x','keep_alive':'5m'}");
    assertThat(test.backend.managed)
        .containsExactly("load tiny PT-1S", "unload tiny", "load tiny PT5M");
  }

  @Test
  void errorsAreOneSentence() {
    HttpResponse<String> none = test.post("/api/chat", "{'model':'x','messages':[]}");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).isEqualTo("{\"error\":\"model: \\\"x\\\" is not served\"}");
    HttpResponse<String> thinks =
        test.post(
            "/api/chat",
            "{'model':'tiny','think':true,'messages':[{'role':'user','content':'hi'}]}");
    assertThat(thinks.statusCode()).isEqualTo(400);
    assertThat(thinks.body()).contains("does not think");
    answers(
        Script.prompt(1, 0)
            .says("a")
            .fails(new ChatException(ChatException.Kind.FAILED, "", "out of luck")));
    HttpResponse<String> broken =
        test.post("/api/chat", "{'model':'tiny','messages':[{'role':'user','content':'hi'}]}");
    assertThat(broken.statusCode()).isEqualTo(200);
    assertThat(broken.body()).endsWith("{\"error\":\"out of luck\"}\n");
  }

  @Test
  void describesModels() {
    String details =
        "'details':{'parent_model':'','format':'gguf','family':'llama','families':['llama'],"
            + "'parameter_size':'1.23K','quantization_level':'Q4_0','context_length':4096,"
            + "'embedding_length':64}";
    String digest = "ab".repeat(32);
    assertThat(TestServer.json(test.get("/api/tags")))
        .isEqualTo(
            Bodies.json(
                "{'models':[{'name':'tiny:latest','model':'tiny:latest',"
                    + "'modified_at':'2026-11-21T00:00:00Z','size':1000,'digest':'%s',%s,"
                        .formatted(digest, details)
                    + "'capabilities':['completion','tools']}]}"));
    assertThat(TestServer.json(test.get("/api/ps")))
        .isEqualTo(
            Bodies.json(
                "{'models':[{'name':'tiny:latest','model':'tiny:latest','size':5000,'digest':'%s',"
                        .formatted(digest)
                    + details
                    + ",'expires_at':'9999-12-31T23:59:59Z','size_vram':0,"
                    + "'context_length':2048}]}"));
    assertThat(TestServer.json(test.post("/api/show", "{'name':'tiny:latest'}")))
        .isEqualTo(
            Bodies.json(
                "{'modelfile':'# Written by Freehold\\nFROM tiny:latest\\nTEMPLATE \\'\\'\\'"
                    + "{{ messages }}\\'\\'\\'\\n','parameters':'','template':'{{ messages }}',"
                    + details
                    + ",'model_info':{'general.architecture':'llama',"
                    + "'general.parameter_count':1234,'llama.context_length':4096,"
                    + "'llama.embedding_length':64,'general.basename':'tiny:latest'},"
                    + "'capabilities':['completion','tools'],"
                    + "'modified_at':'2026-11-21T00:00:00Z'}"));
    assertThat(test.post("/api/show", "{'model':'x'}").statusCode()).isEqualTo(404);
  }

  @Test
  void embeds() {
    JsonNode many =
        TestServer.json(
            test.post("/api/embed", "{'model':'tiny','input':['ab','c'],'dimensions':2}"));
    assertThat(many.get("embeddings")).isEqualTo(Bodies.json("[[1.0,0.0],[1.0,0.0]]"));
    assertThat(many.get("prompt_eval_count").intValue()).isEqualTo(3);
    assertThat(
            TestServer.json(test.post("/api/embed", "{'model':'tiny','input':''}"))
                .get("embeddings"))
        .isEmpty();
    JsonNode one = TestServer.json(test.post("/api/embeddings", "{'model':'tiny','prompt':'ab'}"));
    assertThat(one).isEqualTo(Bodies.json("{'embedding':[0.6,0.0,-0.8,0.0]}"));
    JsonNode cut =
        TestServer.json(
            test.post(
                "/api/embed",
                "{'model':'tiny','truncate':true,'input':'%s'}".formatted("x".repeat(3000))));
    assertThat(cut.get("prompt_eval_count").intValue()).isEqualTo(2048);
  }

  @Test
  void cutTextsKeepTheirMarks() {
    List<Integer> text = List.of(1, 10, 11, 12, 13, 2);
    assertThat(EmbedRoutes.cut(text, List.of(1, 2), 4)).containsExactly(1, 10, 11, 2);
    assertThat(EmbedRoutes.cut(text, List.of(1), 4)).containsExactly(1, 10, 11, 12);
    assertThat(EmbedRoutes.cut(text, List.of(), 5)).containsExactly(1, 10, 11, 12, 13);
    assertThat(EmbedRoutes.cut(text, List.of(1, 2), 1)).containsExactly(2);
  }

  @Test
  void pulls() {
    assertThat(lines(test.post("/api/pull", "{'model':'tiny'}")))
        .containsExactly(
            (ObjectNode) Bodies.json("{'status':'pulling manifest'}"),
            (ObjectNode)
                Bodies.json(
                    ("{'status':'pulling 0123456789ab','digest':'sha256:%s',"
                            + "'total':10,'completed':10}")
                        .formatted("0123456789abcdef".repeat(4))),
            (ObjectNode) Bodies.json("{'status':'verifying sha256 digest'}"),
            (ObjectNode) Bodies.json("{'status':'writing manifest'}"),
            (ObjectNode) Bodies.json("{'status':'success'}"));
    assertThat(test.post("/api/pull", "{'model':'tiny','stream':false}").body())
        .isEqualTo("{\"status\":\"success\"}");
    assertThat(test.post("/api/pull", "{'model':'none'}").statusCode()).isEqualTo(404);
  }

  @Test
  void isFound() {
    assertThat(test.get("/").body()).isEqualTo("Ollama is running");
    HttpResponse<String> head =
        test.send(test.request("/").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(test.get("/api/version")).get("version").stringValue())
        .matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void mutatedBodiesAreAnsweredOrRefused() {
    Random random = new Random(78);
    JsonNode valid =
        Bodies.json(
            "{'model':'tiny','prompt':'p','input':['a'],'messages':[{'role':'user',"
                + "'content':'hi'}],'stream':false,'keep_alive':'5m','options':{'seed':1}}");
    List<String> paths =
        List.of(
            "/api/chat",
            "/api/generate",
            "/api/embed",
            "/api/embeddings",
            "/api/show",
            "/api/pull");
    for (int i = 0; i < 600; i++) {
      JsonNode body = Bodies.mutated(valid, random);
      HttpResponse<String> answer = test.post(paths.get(i % paths.size()), body.toString());
      assertThat(answer.statusCode())
          .as("seed 78, %s: %s", body, answer.body())
          .isBetween(200, 499);
    }
  }
}
