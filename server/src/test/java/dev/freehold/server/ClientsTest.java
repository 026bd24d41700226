package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.PullBackend;
import dev.freehold.server.anthropic.AnthropicDialect;
import dev.freehold.server.ollama.OllamaDialect;
import dev.freehold.server.responses.ResponsesDialect;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.Ids;
import dev.freehold.server.wire.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The vendors' own clients against this server, unmodified, with a backend that answers by the
/// last word it was asked. Needs `node` and `npm`: `./mvnw test -pl server -am -Pclients`.
@Tag("clients")
class ClientsTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final Path SCRIPTS = ROOT.resolve("server/src/test/clients");
  private static final Path WORK = ROOT.resolve("server/target/clients");

  private static final JsonNode RECEIPT = Bodies.json("{'version':1}");

  private static final PullBackend PULLS =
      (name, progress, cancellation) -> {
        progress.accept(new PullBackend.Progress(PullBackend.Stage.LOOKING, "", "", 0, 0));
        progress.accept(
            new PullBackend.Progress(PullBackend.Stage.FETCHING, "a.gguf", "ab".repeat(32), 9, 9));
      };

  private final CountDownLatch cancelled = new CountDownLatch(1);

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(WORK);
    try (Stream<Path> scripts = Files.list(SCRIPTS)) {
      for (Path script : scripts.toList()) {
        Files.copy(script, WORK.resolve(script.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.isDirectory(WORK.resolve("node_modules"))) {
      run(List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error"));
    }
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(WORK.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output;
    try (var in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }

  /// What the client made of the answers, by the names that its script gives them.
  private Map<String, JsonNode> told(String script, Function<Backends, Dialect> dialect)
      throws IOException, InterruptedException {
    try (TestServer test = new TestServer(dialect)) {
      test.backend.answers(this::answer);
      Map<String, JsonNode> told = new LinkedHashMap<>();
      for (String line : run(List.of("node", script, "http://127.0.0.1:" + test.port()))) {
        for (var member : TestServer.json(line).properties()) {
          told.put(member.getKey(), member.getValue());
        }
      }
      assertThat(cancelled.await(5, TimeUnit.SECONDS)).as("the endless answer ends").isTrue();
      return told;
    }
  }

  private void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation)
      throws InterruptedException {
    Input.Conversation input = (Input.Conversation) request.input();
    Message last = input.messages().getLast();
    String word =
        last instanceof Message.ToolResult result
            ? "result of " + result.name() + ": " + Part.text(result.content())
            : Part.text(last.content());
    Script script = Script.prompt(12, 4);
    switch (word) {
      case "hello" -> script.says("Hel", "lo").ends(FinishReason.END);
      case "tool" ->
          script
              .thinks("Hm", "m")
              .says("Let me ", "see.")
              .calls(input.tools().getFirst().name(), "{\"city\":", "\"Bern\"}")
              .ends(FinishReason.TOOL_CALLS);
      case "patch" ->
          script.calls("patch", "{\"input\":\"*** ", "Begin\"}").ends(FinishReason.TOOL_CALLS);
      case "json" -> script.says("{\"a\":", "[1]}").ends(FinishReason.END);
      case "cut" -> script.says("on").ends(FinishReason.MAX_TOKENS);
      case "fail" ->
          script.says("Oh").fails(new ChatException(ChatException.Kind.FAILED, "", "out of luck"));
      case "endless" -> {
        endless(script, events, cancellation);
        return;
      }
      default -> script.says(word).ends(FinishReason.END);
    }
    for (ChatEvent event : script.events()) {
      boolean isReceipted = event instanceof ChatEvent.Finished && request.output().receipt();
      events.accept(isReceipted ? script.finished().withReceipt(RECEIPT) : event);
    }
  }

  private void endless(Script script, Consumer<ChatEvent> events, Cancellation cancellation)
      throws InterruptedException {
    script.events().forEach(events);
    while (!cancellation.isCancelled()) {
      events.accept(new ChatEvent.TextDelta("on and "));
      Thread.sleep(5);
    }
    cancelled.countDown();
    events.accept(ScriptedBackend.finished(FinishReason.CANCELLED, 3));
  }

  private static List<String> lines(Map<String, JsonNode> told) {
    List<String> lines = new ArrayList<>();
    told.forEach((name, value) -> lines.add(name + " " + value.toString().replace('"', '\'')));
    return lines;
  }

  @Test
  void anthropic() throws IOException, InterruptedException {
    Map<String, JsonNode> told =
        told("anthropic.mjs", backends -> new AnthropicDialect(backends, Ids.random()));
    assertThat(lines(told))
        .containsExactly(
            "create [[{'type':'text','text':'Hello','citations':null}],'end_turn',8]",
            "stream [['Hm','m'],['Let me ','see.'],['thinking','text','tool_use'],'weather',"
                + "{'city':'Bern'},'tool_use',4]",
            "result 'result of weather: 11 C'",
            "events ['message_start','content_block_start','content_block_delta',"
                + "'content_block_delta','content_block_stop','message_delta','message_stop']",
            "json {'a':[1]}",
            "receipt [[{'version':1},{'version':1}],'end_turn']",
            "models ['tiny']",
            "count {'input_tokens':1}",
            "missing ['NotFoundError',404,'not_found_error',"
                + "'model: \\'none\\' is not served']",
            "wrong ['BadRequestError',400,'invalid_request_error',"
                + "'temperature: expected a number from 0 to 100, found -1']",
            "broken ['APIError',null,'api_error','out of luck']",
            "abort 'APIUserAbortError'");
  }

  @Test
  void ollama() throws IOException, InterruptedException {
    Map<String, JsonNode> told =
        told("ollama.mjs", backends -> new OllamaDialect(backends, PULLS, Bodies.counting(), true));
    assertThat(lines(told))
        .containsExactly(
            "chat [{'role':'assistant','content':'Hello'},true,'stop',300000000]",
            "stream [['Hm','',[],false],['m','',[],false],['','Let me ',[],false],"
                + "['','see.',[],false],['','',[{'index':0,'name':'weather',"
                + "'arguments':{'city':'Bern'}}],false],['','',[],true]]",
            "result 'result of weather: 11 C'",
            "json {'a':[1]}",
            "receipt [{'version':1},{'version':1}]",
            "generate ['Hello',12]",
            "embed [2,[0.6,0,-0.8,0],3]",
            "embeddings [0.6,0,-0.8,0]",
            "list [['tiny:latest',1000]]",
            "ps [['tiny:latest',2048]]",
            "show ['llama',['completion','tools'],4096]",
            "version 3",
            "pull ['pulling manifest','pulling abababababab','success']",
            "missing ['ResponseError',404,null,'model: \\'none\\' is not served']",
            "wrong ['ResponseError',400,null,"
                + "'options.temperature: expected a number from 0 to 100, found -1']",
            "broken ['Error',null,null,'out of luck']",
            "abort 'DOMException'");
  }

  @Test
  void responses() throws IOException, InterruptedException {
    Map<String, JsonNode> told =
        told("responses.mjs", backends -> new ResponsesDialect(backends, Ids.random()));
    assertThat(lines(told))
        .containsExactly(
            "create ['Hello','completed',15,false]",
            "stream [['Let me ','see.'],['reasoning','message','function_call'],'Hmm',"
                + "'{\\'city\\':\\'Bern\\'}','completed']",
            "custom ['custom_tool_call','*** Begin']",
            "result 'result of weather: 11 C'",
            "receipt [{'version':1},{'version':1}]",
            "events ['created','in_progress','output_item.added','content_part.added',"
                + "'output_text.delta','output_text.delta','output_text.done',"
                + "'content_part.done','output_item.done','completed']",
            "json {'a':[1]}",
            "cut ['incomplete','max_output_tokens','on']",
            "missing ['NotFoundError',404,'not_found_error',"
                + "'404 model: \\'none\\' is not served']",
            "stored ['BadRequestError',400,'invalid_request_error','400 previous_response_id:"
                + " is not supported; answers are not stored; send the conversation in input']",
            "broken ['failed',{'code':'server_error','message':'out of luck'}]",
            "abort 'APIUserAbortError'");
  }
}
