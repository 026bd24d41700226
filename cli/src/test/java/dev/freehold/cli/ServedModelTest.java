package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Activity;
import dev.freehold.cli.ServedDemo.Pace;
import dev.freehold.cli.ServedDemo.Reply;
import dev.freehold.engine.Scheduling;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From a socket to a model and back: clients that leave, prompts that do not fit, signs of life,
/// calls that are told as they are written, and callers that are kept apart.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServedModelTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /// About two tokens a word, so that 150 of them are a prompt of several hundred steps.
  private static final String LONG_TEXT = "every river has a name ".repeat(30).strip();

  private static final String TOOLS =
      "[{'type':'function','function':{'name':'set_timer','parameters':{'type':'object',"
          + "'properties':{'label':{'type':'string','minLength':30,'maxLength':60}},"
          + "'required':['label'],'additionalProperties':false}}}]";

  @TempDir private Path home = Path.of("unset");
  private Optional<ServedDemo> running = Optional.empty();

  private ServedDemo serve(Pace pace, Scheduling scheduling, String... keys) {
    ServedDemo served = new ServedDemo(home, pace, scheduling, Duration.ofMillis(50), keys);
    running = Optional.of(served);
    return served;
  }

  /// One request at a time, so slowly that there is time to see what happens meanwhile.
  private ServedDemo slow() {
    return serve(Pace.SLOW, Scheduling.DEFAULT.withMaxSequences(1).withDraftTokens(0));
  }

  private ServedDemo fast() {
    return serve(Pace.FAST, Scheduling.DEFAULT);
  }

  @AfterEach
  void stop() {
    running.ifPresent(ServedDemo::close);
  }

  private static String chat(String text, String more) {
    return "{'messages':[{'role':'user','content':'%s'}],'temperature':0%s}".formatted(text, more);
  }

  /// Makes the model write for as long as its context allows.
  private static String endless() {
    return ",'guided_choice':['" + "on and ".repeat(180) + "']";
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsWrittenForAClientThatLeft(boolean isStream) throws Exception {
    ServedDemo served = slow();
    try (Socket socket =
        served.begin("/v1/chat/completions", chat("Go", endless() + ",'stream':" + isStream))) {
      assertThat(served.await(LONG, now -> now.answerTokens() > 3).running()).isEqualTo(1);
      if (isStream) {
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    }
    Activity after = served.await(LONG, now -> now.running() == 0);
    assertThat(after.running()).isZero();
    assertThat(after.answerTokens()).as("far from the end").isLessThan(250);
    assertNothingIsLeft(served);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noPromptIsReadForAClientThatLeft(boolean isStream) throws Exception {
    ServedDemo served = slow();
    try (Socket socket =
        served.begin("/v1/chat/completions", chat(LONG_TEXT, ",'stream':" + isStream))) {
      assertThat(socket.isConnected()).isTrue();
      assertThat(served.await(LONG, now -> now.promptTokens() > 3).running()).isEqualTo(1);
    }
    Activity after = served.await(LONG, now -> now.running() == 0);
    assertThat(after.running()).isZero();
    assertThat(after.answerTokens()).as("that of the start").isEqualTo(1);
    assertThat(after.promptTokens()).as("the prompt is longer").isLessThan(200);
    assertNothingIsLeft(served);
  }

  @Test
  void aClientThatLeavesTheQueueLeavesNothingInIt() throws Exception {
    ServedDemo served = slow();
    try (Socket first = served.begin("/v1/chat/completions", chat("Go", endless()))) {
      served.await(LONG, now -> now.running() == 1);
      try (Socket second = served.begin("/v1/chat/completions", chat(LONG_TEXT, ""))) {
        assertThat(served.await(LONG, now -> now.waiting() == 1).waiting()).isEqualTo(1);
        assertThat(second.isConnected()).isTrue();
      }
      Activity after = served.await(LONG, now -> now.waiting() == 0);
      assertThat(after.waiting()).isZero();
      assertThat(after.promptTokens()).as("of the first prompt only").isLessThan(30);
      assertThat(first.isConnected()).isTrue();
    }
    served.await(LONG, now -> now.running() == 0);
    assertThat(served.activity().promptTokens()).isLessThan(30);
    assertNothingIsLeft(served);
  }

  @Test
  void aClientThatOnlyClosesItsSendingSideIsGoneToo() throws Exception {
    ServedDemo served = slow();
    try (Socket socket = served.begin("/v1/chat/completions", chat("Go", endless()))) {
      served.await(LONG, now -> now.answerTokens() > 3);
      socket.shutdownOutput();
      Activity after = served.await(LONG, now -> now.running() == 0);
      assertThat(after.running()).isZero();
      assertThat(after.answerTokens()).as("far from the end").isLessThan(250);
    }
  }

  private static void assertNothingIsLeft(ServedDemo served) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (served.connections() > 0 && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(served.connections()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions | : ping       | data: [DONE]
          /v1/messages         | event: ping  | event: message_stop
          /v1/responses        | : ping       | event: response.completed
          """)
  void aLongPromptGivesSignsOfLifeAndEnds(String path, String sign, String last) throws Exception {
    ServedDemo served = slow();
    String body =
        path.equals("/v1/responses")
            ? "{'input':'%s','temperature':0,'max_output_tokens':99,'stream':true}"
                .formatted(LONG_TEXT)
            : chat(LONG_TEXT, ",'model':'demo','max_tokens':99,'stream':true");
    Reply reply = served.post(path, body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    int text = reply.body().indexOf("delta\":\"");
    String before = text < 0 ? reply.body() : reply.body().substring(0, text);
    assertThat(before.lines().filter(line -> line.startsWith(sign)).count())
        .as("signs of life")
        .isGreaterThan(1);
    String terminal = path.equals("/v1/responses") ? "event: response." : last;
    String tail = reply.body().substring(reply.body().lastIndexOf(terminal));
    assertThat(tail).doesNotContain(sign);
    assertThat(tail).containsAnyOf(last, "event: response.incomplete");
  }

  /// Ollama's streams have no comments; their last line is `done`.
  @Test
  void ollamasStreamsEndWithDone() throws Exception {
    ServedDemo served = fast();
    Reply reply = served.post("/api/chat", chat(LONG_TEXT, ",'model':'demo'"));
    JsonNode last = JsonMapper.shared().readTree(reply.body().lines().toList().getLast());
    assertThat(last.path("done").booleanValue()).isTrue();
    assertThat(last.path("prompt_eval_count").intValue()).isGreaterThan(150);
  }

  /// Errors name both numbers, in each dialect's own shape, and no prompt is ever cut.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions | C                                       | /error/message
          /v1/completions      | {'prompt':'TEXT'}                       | /error/message
          /v1/responses        | {'input':'TEXT'}                        | /error/message
          /v1/messages         | C                                       | /error/message
          /api/chat            | C                                       | /error
          /api/generate        | {'model':'demo','prompt':'TEXT'}        | /error
          /v1/embeddings       | {'input':'TEXT'}                        | /error/message
          /api/embed           | {'model':'demo','input':'TEXT'}         | /error
          """)
  void promptsThatDoNotFitAreErrorsWithBothNumbers(String path, String body, String message)
      throws Exception {
    ServedDemo served = fast();
    String text = LONG_TEXT.repeat(6);
    String sent =
        body.equals("C")
            ? chat(text, ",'model':'demo','max_tokens':9,'options':{'num_ctx':100000}")
            : body.replace("TEXT", text);
    Reply reply = served.post(path, sent);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    String told = reply.json().at(message).asString();
    assertThat(told).as(reply.body()).containsPattern("\\b\\d{4} tokens.*\\b512\\b");
    if (path.startsWith("/v1/") && !path.equals("/v1/messages")) {
      assertThat(reply.json().at("/error/code").asString()).isEqualTo("context_length_exceeded");
    }
    if (path.equals("/v1/messages")) {
      assertThat(told).startsWith("prompt is too long");
      assertThat(reply.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
    }
    assertThat(served.activity().promptTokens()).as("that of the start").isEqualTo(1);
  }

  private static String joined(List<String> pieces) {
    return String.join("", pieces);
  }

  @Test
  void argumentsOfDemandedCallsAreToldAsTheyAreWritten() throws Exception {
    ServedDemo served = fast();
    String demand = ",'tool_choice':'required','tools':" + TOOLS + ",'stream':true";
    Reply reply = served.post("/v1/chat/completions", chat("Set a timer.", demand));
    List<JsonNode> events = reply.events();
    List<String> pieces =
        events.stream()
            .map(event -> event.at("/choices/0/delta/tool_calls/0/function/arguments").asString(""))
            .filter(piece -> !piece.isEmpty())
            .toList();
    assertThat(pieces).hasSizeGreaterThan(5);
    assertThat(JsonMapper.shared().readTree(joined(pieces)).path("label").asString().length())
        .isBetween(30, 60);
    List<String> names =
        events.stream()
            .map(event -> event.at("/choices/0/delta/tool_calls/0/function/name").asString(""))
            .filter(name -> !name.isEmpty())
            .toList();
    assertThat(names).containsExactly("set_timer");

    String tools =
        ",'tool_choice':{'type':'any'},'max_tokens':200,'model':'demo','stream':true,'tools':"
            + "[{'name':'set_timer','input_schema':{'type':'object','properties':{'label':"
            + "{'type':'string','minLength':30,'maxLength':60}},'required':['label'],"
            + "'additionalProperties':false}}]";
    List<String> told =
        served.post("/v1/messages", chat("Set a timer.", tools)).events().stream()
            .map(event -> event.at("/delta/partial_json").asString(""))
            .filter(piece -> !piece.isEmpty())
            .toList();
    assertThat(told).hasSizeGreaterThan(5);
    assertThat(joined(told)).isEqualTo(joined(pieces));
  }

  @Test
  void aDemandedCallThatIsCutOffIsToldOnce() throws Exception {
    ServedDemo served = fast();
    String demand = ",'max_tokens':36,'tool_choice':'required','tools':" + TOOLS;
    JsonNode choice =
        served.post("/v1/chat/completions", chat("Set a timer.", demand)).json().at("/choices/0");
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    assertThat(choice.at("/message/content").isNull()).isTrue();
    String arguments = choice.at("/message/tool_calls/0/function/arguments").asString();
    assertThat(arguments).startsWith("{\"label\"").doesNotEndWith("}");
  }

  @Test
  void aLastMessageOfTheAssistantIsContinued() throws Exception {
    ServedDemo served = fast();
    String ask =
        "{'role':'user','content':'What is the capital of France?'},"
            + "{'role':'assistant','content':'BEGIN'}";
    for (String path : List.of("/v1/chat/completions", "/v1/messages", "/api/chat")) {
      String body =
          "{'model':'demo','max_tokens':12,'stream':false,'temperature':0,"
              + "'options':{'temperature':0,'num_predict':12},'messages':["
              + ask.replace("BEGIN", "The capital of")
              + "]}";
      Reply reply = served.post(path, body);
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      String plain =
          served
              .post(
                  "/v1/completions",
                  ("{'max_tokens':12,'temperature':0,'prompt':'<|im_start|>user\\nWhat is the"
                      + " capital of France?<|im_end|>\\n<|im_start|>assistant\\nThe capital of'}"))
              .json()
              .at("/choices/0/text")
              .asString();
      assertThat(reply.body()).as(path).contains(JsonMapper.shared().writeValueAsString(plain));
    }
    Reply spaces =
        served.post(
            "/v1/messages",
            "{'model':'demo','max_tokens':9,'messages':[" + ask.replace("BEGIN", "The ") + "]}");
    assertThat(spaces.status()).isEqualTo(400);
    Reply held =
        served.post(
            "/v1/chat/completions",
            "{'response_format':{'type':'json_object'},'messages':[" + ask + "]}");
    assertThat(held.status()).isEqualTo(400);
    assertThat(held.json().at("/error/param").asString()).isEqualTo("messages");
  }

  /// What changes with every request of a client leaves what was computed before usable.
  @Test
  void headersAndSystemBlocksThatChangeDoNotUndoReuse() throws Exception {
    ServedDemo served = fast();
    int reused = 0;
    for (int i = 0; i < 2; i++) {
      String body =
          ("{'model':'demo','max_tokens':2,'system':[{'type':'text','text':"
                  + "'x-anthropic-billing-header: cc_version=2.1.%d; cch=%05x;'},"
                  + "{'type':'text','text':'%s','cache_control':{'type':'ephemeral'}}],"
                  + "'metadata':{'user_id':'session_%d'},"
                  + "'messages':[{'role':'user','content':'Hi'}]}")
              .formatted(i, 77 * i + 5, LONG_TEXT, i);
      JsonNode usage =
          served
              .post(
                  "/v1/messages",
                  body,
                  "x-stainless-retry-count: " + i,
                  "anthropic-beta: b" + i,
                  "x-request-id: " + i)
              .json()
              .path("usage");
      reused = usage.path("cache_read_input_tokens").intValue();
      assertThat(reused).isEqualTo(i == 0 ? 0 : reused);
    }
    assertThat(reused).isGreaterThan(150);
  }

  /// What one key's prompts left behind shows in no other's answers, neither in counts nor in time.
  @Test
  void prefixesAreNeverSharedBetweenKeys() throws Exception {
    ServedDemo served = serve(Pace.FAST, Scheduling.DEFAULT, "ann", "bob");
    int[] cached = new int[3];
    long[] computed = new long[3];
    String[] keys = {"ann", "ann", "bob"};
    for (int i = 0; i < 3; i++) {
      long before = served.activity().promptTokens();
      Reply reply =
          served.post(
              "/v1/chat/completions",
              chat(LONG_TEXT, ",'max_tokens':2"),
              "Authorization: Bearer " + keys[i]);
      cached[i] = reply.json().at("/usage/prompt_tokens_details/cached_tokens").intValue();
      computed[i] = served.activity().promptTokens() - before;
    }
    assertThat(cached[0]).isZero();
    assertThat(cached[1]).isGreaterThan(150);
    assertThat(cached[2]).isZero();
    assertThat(computed[1]).isLessThan(10);
    assertThat(computed[2]).as("as much work as the first").isEqualTo(computed[0]);
  }

  @Test
  void aFullQueueIs429WithATimeToComeAgain() throws Exception {
    Scheduling narrow = Scheduling.DEFAULT.withMaxSequences(1).withDraftTokens(0);
    ServedDemo served = serve(Pace.SLOW, narrow.withQueueTokens(600));
    try (Socket first = served.begin("/v1/chat/completions", chat("Go", endless()))) {
      assertThat(served.await(LONG, now -> now.running() == 1).running()).isEqualTo(1);
      try (Socket second = served.begin("/v1/chat/completions", chat("Go", endless()))) {
        assertThat(served.await(LONG, now -> now.waiting() == 1).waiting()).isEqualTo(1);
        Reply third = served.post("/v1/messages", chat("Go", ",'model':'demo','max_tokens':400"));
        assertThat(third.status()).as(third.body()).isEqualTo(429);
        assertThat(third.head()).containsPattern("(?i)retry-after: [1-9]\\d*");
        assertThat(third.json().at("/error/type").asString()).isEqualTo("rate_limit_error");
        assertThat(first.isConnected() && second.isConnected()).isTrue();
      }
    }
  }

  @Test
  void aBiasOfATokenThatThereIsNotIsNamed() throws Exception {
    ServedDemo served = fast();
    Reply reply =
        served.post("/v1/chat/completions", chat("Go", ",'logit_bias':{'1536':1},'max_tokens':2"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().at("/error/message").asString())
        .contains("logit_bias")
        .contains("1536");
  }

  /// Schemas and patterns that are made to take for ever end soon, as an error or an answer.
  @Test
  void hostileFormatsEndSoon() throws Exception {
    ServedDemo served = fast();
    String ten = "{'enum':[" + "'x%d',".repeat(10_000) + "'y']}";
    Object[] numbers = new Object[10_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    List<String> formats =
        List.of(
            ",'guided_regex':'(a+)+b'",
            ",'guided_regex':'(a|a?)+b{900}'",
            ",'guided_regex':'((a{99}){99}){99}'",
            ",'guided_regex':'(?<=a)b'",
            ",'guided_regex':'(?!a)b'",
            ",'guided_regex':'" + "(\\\\d{2}|[1-9])-?".repeat(16) + "'",
            schema(ten.formatted(numbers)),
            schema("{'$ref':'http://127.0.0.1:1/schema.json'}"),
            schema("{'$ref':'file:///etc/passwd'}"),
            schema("{'$ref':'#'}"),
            schema(
                "{'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}},'$ref':'#/$defs/a'}"),
            schema("{'type':'array','minItems':1000000000,'items':{'type':'integer'}}"),
            schema("{'type':'string','pattern':'(?<=a)b'}"),
            schema("{'type':'string','pattern':'(x+x+)+y'}"),
            schema("{'type':'string','minLength':1000000000}"),
            schema("{'allOf':[" + "{'not':{'enum':[1]}},".repeat(3000) + "true]}"));
    for (String format : formats) {
      long begun = System.nanoTime();
      Reply reply = served.post("/v1/chat/completions", chat("Go", format + ",'max_tokens':3"));
      assertThat(reply.status()).as(reply.body()).isIn(200, 400, 501);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as(format.substring(0, Math.min(60, format.length())))
          .isLessThan(Duration.ofSeconds(100));
    }
  }

  private static String schema(String schema) {
    return ",'response_format':{'type':'json_schema','json_schema':{'name':'s','schema':%s}}"
        .formatted(schema);
  }

  /// What curl sends where nobody tells it more, byte for byte.
  @Test
  void theShortestCurlWorks() throws IOException {
    ServedDemo served = fast();
    String body =
        "{\"model\":\"demo\",\"prompt\":\"Hi\",\"stream\":false,\"options\":{\"num_predict\":2}}";
    try (Socket socket = served.connect()) {
      String request =
          "POST /api/generate HTTP/1.1\r\nHost: localhost:11434\r\nUser-Agent: curl/8.14.1\r\n"
              + "Accept: */*\r\nContent-Length: "
              + body.length()
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      Reply reply = ServedDemo.reply(socket);
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      assertThat(reply.json().path("done").booleanValue()).isTrue();
    }
  }
}
