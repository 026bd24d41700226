package dev.freehold.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Access;
import dev.freehold.server.KeyRing;
import dev.freehold.server.Security;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.openai.OpenAiDialect;
import dev.freehold.server.responses.ResponsesDialect;
import dev.freehold.server.wire.Ids;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiModelCatalog;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// LangChain4j's own client of OpenAI, unmodified, against Freehold's server: another base URL is
/// all that it is told.
class OpenAiClientTest {
  private static final String KEY = "fh-anna";
  private static final KeyRing KEYS =
      new KeyRing(
          List.of(
              new KeyRing.Key(
                  "anna",
                  Access.USE,
                  KeyRing.digest(KEY),
                  Instant.EPOCH,
                  0,
                  0,
                  Caller.Priority.NORMAL)));

  private static final ToolSpecification WEATHER =
      ToolSpecification.builder()
          .name("weather")
          .description("Tells the weather.")
          .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build())
          .build();

  private final Scripted backend = new Scripted();
  private final Server server =
      Server.start(
          ServerOptions.loopback(0, Clock.systemUTC())
              .withSecurity(Security.LOCAL.withKeys(() -> KEYS)),
          backend.backends(),
          backends ->
              List.of(new OpenAiDialect(backends), new ResponsesDialect(backends, Ids.random())));
  private final String address = "http://127.0.0.1:%d/v1".formatted(server.port());

  @AfterEach
  void stop() {
    server.close();
  }

  private OpenAiChatModel.OpenAiChatModelBuilder chat() {
    return OpenAiChatModel.builder().baseUrl(address).apiKey(KEY).modelName("tiny").maxRetries(0);
  }

  private OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder streaming() {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(address)
        .apiKey(KEY)
        .modelName("tiny")
        .returnThinking(true);
  }

  @Test
  void chatAnswers() {
    ChatResponse response =
        chat()
            .temperature(0.5)
            .maxCompletionTokens(9)
            .stop(List.of("END"))
            .seed(7)
            .build()
            .chat(UserMessage.from("hello"));
    assertThat(response.aiMessage().text()).isEqualTo("Hello");
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(response.metadata().id()).isNotBlank();
    assertThat(response.metadata().modelName()).isEqualTo("tiny");
    OpenAiTokenUsage usage = (OpenAiTokenUsage) response.tokenUsage();
    assertThat(usage.inputTokenCount()).isEqualTo(12);
    assertThat(usage.outputTokenCount()).isEqualTo(3);
    assertThat(usage.totalTokenCount()).isEqualTo(15);
    assertThat(usage.inputTokensDetails().cachedTokens()).isEqualTo(4);
    assertThat(usage.outputTokensDetails().reasoningTokens()).isEqualTo(1);
    assertThat(backend.last().caller().name()).isEqualTo("anna");
    assertThat(backend.last().sampling().seed()).contains(7L);
    assertThat(backend.last().sampling().value(SamplingParameter.TEMPERATURE, 9)).isEqualTo(0.5);
    assertThat(backend.last().ending().stop()).containsExactly("END");
    assertThat(backend.last().ending().maxTokens()).hasValue(9);
  }

  @Test
  void answersAreStreamed() {
    Recorder recorder = new Recorder();
    streaming().build().chat("think", recorder);
    ChatResponse response = recorder.response();
    assertThat(recorder.told).containsExactly("thinking Hm", "thinking m", "text Yes.");
    assertThat(response.aiMessage().text()).isEqualTo("Yes.");
    assertThat(response.aiMessage().thinking()).isEqualTo("Hmm");
    assertThat(response.tokenUsage().totalTokenCount()).isEqualTo(15);
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void toolsAreCalledAndTheirResultsTaken() {
    ChatRequest request =
        ChatRequest.builder()
            .messages(UserMessage.from("tool"))
            .toolSpecifications(WEATHER)
            .toolChoice(dev.langchain4j.model.chat.request.ToolChoice.REQUIRED)
            .build();
    ChatResponse response = chat().build().chat(request);
    assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    AiMessage calling = response.aiMessage();
    assertThat(calling.toolExecutionRequests().stream().map(ToolExecutionRequest::arguments))
        .containsExactly("{\"city\":\"Bern\"}", "{}");
    assertThat(backend.last().output().toolChoice()).isEqualTo(new ToolChoice.Required());
    Input.Conversation asked = (Input.Conversation) backend.last().input();
    assertThat(asked.tools().getFirst().parameters().path("required")).hasToString("[\"city\"]");
    ToolExecutionRequest call = calling.toolExecutionRequests().getFirst();
    ChatResponse after =
        chat()
            .build()
            .chat(UserMessage.from("tool"), calling, ToolExecutionResultMessage.from(call, "11 C"));
    assertThat(after.aiMessage().text()).isEqualTo("result of weather: 11 C");
  }

  @Test
  void callsAreStreamed() {
    Recorder recorder = new Recorder();
    streaming()
        .build()
        .chat(
            ChatRequest.builder()
                .messages(UserMessage.from("tool"))
                .toolSpecifications(WEATHER)
                .build(),
            recorder);
    assertThat(recorder.response().aiMessage().toolExecutionRequests()).hasSize(2);
    assertThat(recorder.told)
        .contains(
            "text Let me see.",
            "piece 0 call-1 weather {\"city\":",
            "piece 0 call-1 weather \"Bern\"}",
            "call 0 call-1 weather {\"city\":\"Bern\"}");
    assertThat(recorder.told.getLast()).isEqualTo("call 1 call-2 time {}");
  }

  /// What the model is to write down.
  record Person(String name, int age) {}

  /// Writes down who is told of.
  interface Clerk {
    Person person(String text);
  }

  @Test
  void anAnswerBecomesARecord() {
    Clerk clerk =
        AiServices.create(
            Clerk.class,
            chat()
                .supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
                .strictJsonSchema(true)
                .build());
    assertThat(clerk.person("json")).isEqualTo(new Person("Anna", 7));
    assertThat(backend.last().output().format())
        .isInstanceOfSatisfying(
            OutputFormat.JsonSchema.class,
            format -> {
              assertThat(format.schema().path("properties").propertyNames())
                  .containsExactlyInAnyOrder("name", "age");
              assertThat(format.schema().path("additionalProperties").asBoolean(true)).isFalse();
            });
  }

  /// Asks about the weather.
  interface Asker {
    String ask(String text);
  }

  /// Tools of a program.
  static final class Station {
    @Tool("Tells the weather.")
    String weather(@P(name = "city", value = "") String city) {
      return "11 C in " + city;
    }

    @Tool("Tells the time.")
    String time() {
      return "14:30";
    }
  }

  @Test
  void aServiceRunsItsTools() {
    Asker asker =
        AiServices.builder(Asker.class).chatModel(chat().build()).tools(new Station()).build();
    assertThat(asker.ask("tool")).isEqualTo("result of time: 14:30");
    List<Message> turns = ((Input.Conversation) backend.last().input()).messages();
    assertThat(turns.stream().map(Message::role))
        .containsExactly("user", "assistant", "tool", "tool");
    assertThat(turns.get(2))
        .isInstanceOfSatisfying(
            Message.ToolResult.class,
            result -> {
              assertThat(result.callId()).isEqualTo("call-1");
              assertThat(result.content().toString()).contains("11 C in Bern");
            });
  }

  @Test
  void textsBecomeVectors() {
    EmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .baseUrl(address)
            .apiKey(KEY)
            .modelName("tiny")
            .maxRetries(0)
            .build();
    assertThat(model.embed("hello").content().vector()).containsExactly(0.6f, 0, -0.8f);
    assertThat(model.embed("hello").tokenUsage())
        .extracting(usage -> usage.inputTokenCount())
        .isEqualTo(5);
  }

  @Test
  void modelsAreListed() {
    OpenAiModelCatalog catalog = OpenAiModelCatalog.builder().baseUrl(address).apiKey(KEY).build();
    assertThat(catalog.listModels().stream().map(model -> model.name())).containsExactly("tiny");
  }

  @Test
  void errorsHaveTheirTypesAndMessages() {
    assertThatThrownBy(() -> chat().modelName("none").build().chat("hello"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("\"type\":\"not_found_error\"")
        .hasMessageContaining("model: \\\"none\\\" is not served");
    assertThatThrownBy(() -> chat().apiKey("fh-other").build().chat("hello"))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("\"type\":\"authentication_error\"");
    assertThatThrownBy(() -> chat().temperature(-1.0).build().chat("hello"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("\"type\":\"invalid_request_error\"")
        .hasMessageContaining("temperature: expected a number from 0 to 100, found -1");
    assertThatThrownBy(() -> chat().build().chat("busy"))
        .isInstanceOf(RateLimitException.class)
        .hasMessageContaining("come again");
    assertThatThrownBy(() -> chat().build().chat("fail"))
        .isInstanceOf(InternalServerException.class)
        .hasMessageContaining("out of luck");
    Recorder missing = new Recorder();
    streaming().modelName("none").build().chat("hello", missing);
    assertThat(missing.error()).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void anAnswerEndsWhenItsStreamIsCancelled() throws InterruptedException {
    Recorder recorder = new Recorder(3);
    streaming().build().chat("endless", recorder);
    assertThat(backend.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(recorder.told).hasSize(3);
    assertThat(recorder.hasEnded()).isFalse();
  }

  @Test
  void responsesAreStreamed() {
    OpenAiResponsesStreamingChatModel model =
        OpenAiResponsesStreamingChatModel.builder()
            .baseUrl(address)
            .apiKey(KEY)
            .modelName("tiny")
            .build();
    Recorder recorder = new Recorder();
    model.chat(
        ChatRequest.builder()
            .messages(UserMessage.from("tool"))
            .toolSpecifications(WEATHER)
            .build(),
        recorder);
    ChatResponse response = recorder.response();
    assertThat(response.aiMessage().text()).isEqualTo("Let me see.");
    assertThat(response.aiMessage().toolExecutionRequests().getFirst().arguments())
        .isEqualTo("{\"city\":\"Bern\"}");
    assertThat(recorder.told).contains("text Let me see.");
    assertThat(response.tokenUsage().totalTokenCount()).isEqualTo(15);
  }
}
