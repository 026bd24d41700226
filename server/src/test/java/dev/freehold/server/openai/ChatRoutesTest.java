package dev.freehold.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.ScriptedBackend;
import dev.freehold.server.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Chat completions over HTTP: what reaches the backend, and what its events become.
class ChatRoutesTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASK = "'messages':[{'role':'user','content':'Hi'}]";

  private final TestServer test = new TestServer(OpenAiDialect::new);

  @AfterEach
  void close() {
    test.close();
  }

  private HttpResponse<String> ask(String more) {
    return test.post(PATH, "{" + ASK + more + "}");
  }

  /// The events of a stream, without their prefix.
  private static List<String> events(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    List<String> events = new ArrayList<>();
    for (String event : response.body().split("\n\n")) {
      assertThat(event).startsWith("data: ");
      events.add(event.substring(6));
    }
    return events;
  }

  @Test
  void tellsAnAnswerWithItsUsage() {
    JsonNode answer = TestServer.json(ask(",'model':'tiny'"));
    assertThat(answer.at("/object").asString()).isEqualTo("chat.completion");
    assertThat(answer.at("/model").asString()).isEqualTo("tiny");
    assertThat(answer.at("/choices/0/message").toString())
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"Hello, world\",\"refusal\":null}");
    assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(answer.at("/usage").toString())
        .isEqualTo(
            "{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":3},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}");
  }

  @Test
  void streamsRoleTextReasonUsageAndDone() {
    List<String> events = events(ask(",'stream':true,'stream_options':{'include_usage':true}"));
    assertThat(events).hasSize(6).last().isEqualTo("[DONE]");
    assertThat(TestServer.json(events.get(0)).at("/choices/0/delta").toString())
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
    assertThat(TestServer.json(events.get(1)).at("/choices/0/delta").toString())
        .isEqualTo("{\"content\":\"Hello\"}");
    JsonNode last = TestServer.json(events.get(3));
    assertThat(last.at("/choices/0/delta").toString()).isEqualTo("{}");
    assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(last.has("usage")).isTrue();
    assertThat(last.get("usage").isNull()).isTrue();
    JsonNode usage = TestServer.json(events.get(4));
    assertThat(usage.at("/choices").toString()).isEqualTo("[]");
    assertThat(usage.at("/usage/total_tokens").asInt()).isEqualTo(9);
    assertThat(usage.at("/id")).isEqualTo(last.at("/id"));
  }

  @Test
  void streamsWithoutUsageWhereItIsNotWanted() {
    List<String> events = events(ask(",'stream':true"));
    assertThat(events).hasSize(5);
    assertThat(TestServer.json(events.get(0)).has("usage")).isFalse();
  }

  @Test
  void readsWhatTokensAreChosenBy() {
    assertThat(
            ask(",'temperature':0.5,'top_p':0.9,'top_k':7,'min_p':0.1,'repeat_penalty':1.2,"
                    + "'presence_penalty':1,'frequency_penalty':-1,'seed':5,'stop':['a','b'],"
                    + "'max_completion_tokens':9,'logit_bias':{'3':-100},'reasoning_effort':'high',"
                    + "'chat_template_kwargs':{'enable_thinking':false},'unknown_field':{'x':1}")
                .statusCode())
        .isEqualTo(200);
    ChatRequest asked = test.backend.last();
    assertThat(asked.sampling().values())
        .containsEntry(SamplingParameter.TEMPERATURE, 0.5)
        .containsEntry(SamplingParameter.TOP_P, 0.9)
        .containsEntry(SamplingParameter.TOP_K, 7.0)
        .containsEntry(SamplingParameter.MIN_P, 0.1)
        .containsEntry(SamplingParameter.REPETITION_PENALTY, 1.2)
        .containsEntry(SamplingParameter.PRESENCE_PENALTY, 1.0)
        .containsEntry(SamplingParameter.FREQUENCY_PENALTY, -1.0);
    assertThat(asked.sampling().seed()).contains(5L);
    assertThat(asked.sampling().logitBias()).containsEntry(3, -100f);
    assertThat(asked.ending().stop()).containsExactly("a", "b");
    assertThat(asked.ending().maxTokens()).hasValue(9);
    Input.Conversation conversation = (Input.Conversation) asked.input();
    assertThat(conversation.templateOptions())
        .hasToString("{enable_thinking=false, thinking=true, reasoning_effort=\"high\"}");
  }

  @Test
  void readsAllKindsOfMessages() {
    test.post(
        PATH,
        """
        {'messages':[
          {'role':'system','content':'S'},
          {'role':'developer','content':[{'type':'text','text':'D'}]},
          {'role':'user','content':[{'type':'text','text':'U1'},{'type':'text','text':'U2'}]},
          {'role':'assistant','content':null,'reasoning_content':'R','tool_calls':[
            {'id':'c1','type':'function','function':{'name':'f','arguments':'{\\"a\\":1}'}}]},
          {'role':'tool','tool_call_id':'c1','content':'T'}]}\
        """);
    List<Message> messages = ((Input.Conversation) test.backend.last().input()).messages();
    assertThat(messages)
        .extracting(Message::role)
        .containsExactly("system", "developer", "user", "assistant", "tool");
    assertThat(Part.text(messages.get(2).content())).isEqualTo("U1\nU2");
    Message.Assistant assistant = (Message.Assistant) messages.get(3);
    assertThat(assistant.content()).isEmpty();
    assertThat(assistant.reasoning()).isEqualTo("R");
    assertThat(assistant.toolCalls().getFirst().arguments().toString()).isEqualTo("{\"a\":1}");
    Message.ToolResult result = (Message.ToolResult) messages.get(4);
    assertThat(result.callId()).isEqualTo("c1");
    assertThat(result.name()).as("which the request need not repeat").isEqualTo("f");
  }

  @Test
  void readsToolsAndStructure() {
    String tools =
        ",'tools':[{'type':'function','function':{'name':'f','description':'d',"
            + "'parameters':{'type':'object'}}}]";
    ask(
        tools
            + ",'tool_choice':{'type':'function','function':{'name':'f'}},"
            + "'parallel_tool_calls':false");
    assertThat(test.backend.last().output().toolChoice()).isEqualTo(new ToolChoice.Named("f"));
    assertThat(test.backend.last().output().parallelCalls()).isFalse();
    ask(tools + ",'tool_choice':'required'");
    assertThat(test.backend.last().output().toolChoice()).isEqualTo(new ToolChoice.Required());
    for (String format :
        List.of(
            "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'a':1}}}",
            "'response_format':{'type':'json_schema','schema':{'a':1}}",
            "'response_format':{'type':'json_object','schema':{'a':1}}",
            "'structured_outputs':{'json':{'a':1}}",
            "'guided_json':{'a':1}",
            "'json_schema':{'a':1}")) {
      ask("," + format);
      OutputFormat read = test.backend.last().output().format();
      assertThat(((OutputFormat.JsonSchema) read).schema().toString())
          .as(format)
          .isEqualTo("{\"a\":1}");
    }
    ask(",'response_format':{'type':'json_object'}");
    assertThat(test.backend.last().output().format()).isEqualTo(new OutputFormat.JsonObject());
    ask(",'guided_choice':['yes','no']");
    assertThat(test.backend.last().output().format())
        .isEqualTo(new OutputFormat.Choice(List.of("yes", "no")));
  }

  @Test
  void tellsThinkingAndCalls() {
    test.backend.answers(
        new ChatEvent.ReasoningDelta("Hmm"),
        new ChatEvent.CallStarted(0, "call_1", "f"),
        new ChatEvent.CallArguments(0, "{\"a\""),
        new ChatEvent.CallArguments(0, ":1}"),
        ScriptedBackend.finished(FinishReason.TOOL_CALLS, 3));
    JsonNode choice = TestServer.json(ask("")).at("/choices/0");
    assertThat(choice.at("/finish_reason").asString()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/reasoning_content").asString()).isEqualTo("Hmm");
    assertThat(choice.at("/message/content").isNull()).isTrue();
    assertThat(choice.at("/message/tool_calls").toString())
        .isEqualTo(
            "[{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]");
    List<String> events = events(ask(",'stream':true"));
    assertThat(TestServer.json(events.get(1)).at("/choices/0/delta").toString())
        .isEqualTo("{\"reasoning_content\":\"Hmm\"}");
    assertThat(TestServer.json(events.get(2)).at("/choices/0/delta").toString())
        .isEqualTo(
            "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}");
    assertThat(TestServer.json(events.get(3)).at("/choices/0/delta").toString())
        .isEqualTo("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}");
  }

  @Test
  void tellsProbabilities() {
    TokenLogprob.Candidate hello =
        new TokenLogprob.Candidate(5, "Hello", List.of(72, 101, 108, 108, 111), -0.25);
    TokenLogprob.Candidate never =
        new TokenLogprob.Candidate(6, "x", List.of(120), Double.NEGATIVE_INFINITY);
    test.backend.answers(
        new ChatEvent.AnswerLogprob(new TokenLogprob(hello, List.of(hello, never))),
        new ChatEvent.TextDelta("Hello"),
        ScriptedBackend.finished(FinishReason.MAX_TOKENS, 1));
    JsonNode choice = TestServer.json(ask(",'logprobs':true,'top_logprobs':2")).at("/choices/0");
    assertThat(choice.at("/finish_reason").asString()).isEqualTo("length");
    assertThat(choice.at("/logprobs/content/0/logprob").asDouble()).isEqualTo(-0.25);
    assertThat(choice.at("/logprobs/content/0/top_logprobs/1/logprob").asDouble()).isEqualTo(-9999);
    assertThat(test.backend.last().output().logprobs().alternatives()).isEqualTo(2);
    List<String> events = events(ask(",'logprobs':true,'stream':true"));
    assertThat(TestServer.json(events.get(1)).at("/choices/0/logprobs/content/0/token").asString())
        .isEqualTo("Hello");
  }

  @Test
  void answersSeveralTimesWithSeedsOfTheirOwn() {
    test.backend.answers((request, events, cancellation) -> {
      String text = "seed " + request.sampling().seed().orElseThrow();
      ScriptedBackend.text(text).run(request, events, cancellation);
    });
    JsonNode answer = TestServer.json(ask(",'n':3,'seed':10"));
    assertThat(answer.at("/choices").size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(answer.at("/choices/" + i + "/index").asInt()).isEqualTo(i);
      assertThat(answer.at("/choices/" + i + "/message/content").asString())
          .isEqualTo("seed " + (10 + i));
    }
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(7);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    List<String> events = events(ask(",'n':3,'seed':10,'stream':true"));
    assertThat(events).hasSize(10).last().isEqualTo("[DONE]");
  }

  @Test
  void errorsBeforeTheFirstPieceHaveTheirStatus() {
    test.backend.answers((request, events, cancellation) -> {
      throw new ChatException(ChatException.Kind.OVERLOADED, "too much", Duration.ofSeconds(3));
    });
    HttpResponse<String> answer = ask(",'stream':true");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(TestServer.json(answer).at("/error").toString())
        .isEqualTo(
            "{\"message\":\"too much\",\"type\":\"rate_limit_error\",\"param\":null,"
                + "\"code\":\"rate_limit_exceeded\"}");
    test.backend.answers((request, events, cancellation) -> {
      throw new ChatException(new ChatException.Excess(9, 8), "", "9 of 8");
    });
    JsonNode error = TestServer.json(ask("")).at("/error");
    assertThat(error.at("/type").asString()).isEqualTo("exceed_context_size_error");
    assertThat(error.at("/code").asString()).isEqualTo("context_length_exceeded");
    assertThat(error.at("/n_prompt_tokens").asInt()).isEqualTo(9);
    assertThat(error.at("/n_ctx").asInt()).isEqualTo(8);
  }

  @Test
  void errorsWithinAStreamAreItsLastEvent() {
    test.backend.answers(
        new ChatEvent.TextDelta("He"),
        new ChatEvent.Failed(
            new ChatException(ChatException.Kind.FAILED, "", "the weights are gone")));
    List<String> events = events(ask(",'stream':true"));
    assertThat(events).hasSize(3);
    assertThat(TestServer.json(events.get(2)).at("/error/message").asString())
        .isEqualTo("the weights are gone");
    assertThat(ask("").statusCode()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ,'n':0                                        | n
          ,'n':1000000                                  | n
          ,'n':-1                                       | n
          ,'n':1.5                                      | n
          ,'n':'5'                                      | n
          ,'n':true                                     | n
          ,'n':1e400                                    | n
          ,'max_tokens':-1                              | max_tokens
          ,'max_tokens':0                               | max_tokens
          ,'max_tokens':99999999999                     | max_tokens
          ,'top_logprobs':21,'logprobs':true            | top_logprobs
          ,'top_logprobs':1                             | top_logprobs
          ,'seed':1e30                                  | seed
          ,'seed':'x'                                   | seed
          ,'temperature':-1                             | temperature
          ,'temperature':'hot'                          | temperature
          ,'temperature':1e400                          | temperature
          ,'top_p':1.1                                  | top_p
          ,'repeat_penalty':0                           | repeat_penalty
          ,'stop':5                                     | stop
          ,'stop':[1]                                   | stop[0]
          ,'stream':'yes'                               | stream
          ,'logit_bias':{'x':1}                         | logit_bias
          ,'logit_bias':{'5':101}                       | logit_bias
          ,'logit_bias':[]                              | logit_bias
          ,'tools':{}                                   | tools
          ,'tools':[{'type':'retrieval'}]               | tools[0].type
          ,'tools':[{'type':'function'}]                | tools[0].function
          ,'tool_choice':'required'                     | tool_choice
          ,'tool_choice':'f'                            | tool_choice
          ,'functions':[]                               | functions
          ,'response_format':'json'                     | response_format
          ,'response_format':{'type':'xml'}             | response_format.type
          ,'response_format':{'type':'json_schema'}     | response_format.json_schema
          ,'chat_template_kwargs':{'messages':[]}       | chat_template_kwargs.messages
          ,'chat_template_kwargs':[]                    | chat_template_kwargs
          ,'model':5                                    | model
          """)
  void refusesWhatIsNotAsItMustBe(String more, String field) {
    HttpResponse<String> answer = ask(more.strip());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    JsonNode error = TestServer.json(answer).at("/error");
    assertThat(error.at("/type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.at("/param").asString()).isEqualTo(field.strip());
    assertThat(error.at("/message").asString()).startsWith(field.strip() + ": ");
    assertThat(test.backend.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | messages
          {'messages':[]} | messages
          {'messages':'Hi'} | messages
          {'messages':[5]} | messages[0]
          {'messages':[{'content':'x'}]} | messages[0].role
          {'messages':[{'role':'root','content':'x'}]} | messages[0].role
          {'messages':[{'role':'user'}]} | messages[0].content
          {'messages':[{'role':'user','content':5}]} | messages[0].content
          {'messages':[{'role':'user','content':[{'type':'file'}]}]} | messages[0].content[0].type
          """)
  void refusesMessagesThatAreNotAsTheyMustBe(String body, String field) {
    HttpResponse<String> answer = test.post(PATH, body.strip());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(TestServer.json(answer).at("/error/param").asString()).isEqualTo(field.strip());
  }

  @Test
  void refusesArgumentsThatAreNoObject() {
    HttpResponse<String> answer =
        test.post(
            PATH,
            "{'messages':[{'role':'assistant','tool_calls':["
                + "{'function':{'name':'f','arguments':'{'}}]}]}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(answer).at("/error/param").asString())
        .isEqualTo("messages[0].tool_calls[0].function.arguments");
  }

  @Test
  void refusesBodiesThatAreNoJsonObject() {
    for (String body : List.of("", "[]", "{", "{'a':1,'a':2}", "{'a':NaN}", "nul", "{} {}")) {
      assertThat(test.post(PATH, body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(test.post(PATH, "[".repeat(10_000)).statusCode()).isEqualTo(400);
    assertThat(
            test.send(
                    test.request(PATH)
                        .header("Content-Type", "text/plain")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
                        .build())
                .statusCode())
        .isEqualTo(415);
  }

  @Test
  void countsTheTokensOfARequest() {
    assertThat(TestServer.json(test.post(PATH + "/input_tokens", "{" + ASK + "}")).toString())
        .isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":1}");
  }
}
