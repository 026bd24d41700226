package dev.freehold.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.api.FreeholdModel;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.ToolChoice;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.output.FinishReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.BooleanNode;

/// What becomes of LangChain4j's requests, and what it is told of answers.
class ProviderTest {
  private final Scripted backend = new Scripted();
  private final FreeholdModel model = FreeholdModel.over("tiny", backend);
  private final ChatModel chat = FreeholdChatModel.builder(model).build();
  private final StreamingChatModel streaming = FreeholdStreamingChatModel.builder(model).build();

  private Input.Conversation conversation() {
    return (Input.Conversation) backend.last().input();
  }

  @Test
  void messagesBecomeTurns() {
    ToolExecutionRequest call =
        ToolExecutionRequest.builder().id("1").name("f").arguments("{\"x\": 2}").build();
    chat.chat(
        SystemMessage.from("Be brief."),
        UserMessage.from(TextContent.from("one"), TextContent.from("two")),
        AiMessage.builder()
            .text("Well.")
            .thinking("Hm.")
            .toolExecutionRequests(List.of(call))
            .build(),
        ToolExecutionResultMessage.from(call, "4"),
        ToolExecutionResultMessage.builder()
            .id("2")
            .toolName("g")
            .text("no disk")
            .isError(true)
            .build());
    List<Message> turns = conversation().messages();
    assertThat(turns.stream().map(Message::role))
        .containsExactly("system", "user", "assistant", "tool", "tool");
    assertThat(turns.get(1).content()).containsExactly(new Part.Text("one"), new Part.Text("two"));
    Message.Assistant answer = (Message.Assistant) turns.get(2);
    assertThat(answer.reasoning()).isEqualTo("Hm.");
    assertThat(answer.toolCalls().getFirst().arguments().path("x").intValue()).isEqualTo(2);
    assertThat(turns.get(3))
        .isEqualTo(new Message.ToolResult(List.of(new Part.Text("4")), "1", "f"));
    assertThat(turns.get(4))
        .isEqualTo(new Message.ToolResult(List.of(new Part.Text("Error: no disk")), "2", "g"));
  }

  @Test
  void parametersAreTaken() {
    ChatModel withDefaults =
        FreeholdChatModel.builder(model)
            .defaultRequestParameters(
                FreeholdChatRequestParameters.builder()
                    .seed(7)
                    .minP(0.1)
                    .repetitionPenalty(1.1)
                    .thinking(false)
                    .parallelToolCalls(false)
                    .temperature(0.2)
                    .build())
            .build();
    withDefaults.chat(
        ChatRequest.builder()
            .messages(UserMessage.from("hello"))
            .temperature(0.5)
            .topP(0.9)
            .topK(40)
            .frequencyPenalty(0.3)
            .presencePenalty(0.4)
            .maxOutputTokens(9)
            .stopSequences(List.of("END", "STOP"))
            .build());
    dev.freehold.chat.ChatRequest request = backend.last();
    assertThat(request.model()).isEqualTo("tiny");
    assertThat(request.sampling().values())
        .isEqualTo(
            Map.of(
                SamplingParameter.TEMPERATURE, 0.5,
                SamplingParameter.TOP_P, 0.9,
                SamplingParameter.TOP_K, 40.0,
                SamplingParameter.FREQUENCY_PENALTY, 0.3,
                SamplingParameter.PRESENCE_PENALTY, 0.4,
                SamplingParameter.MIN_P, 0.1,
                SamplingParameter.REPETITION_PENALTY, 1.1));
    assertThat(request.sampling().seed()).contains(7L);
    assertThat(request.ending().maxTokens()).hasValue(9);
    assertThat(request.ending().stop()).containsExactly("END", "STOP");
    assertThat(request.output().parallelCalls()).isFalse();
    assertThat(conversation().templateOptions())
        .containsEntry("enable_thinking", BooleanNode.FALSE)
        .containsEntry("thinking", BooleanNode.FALSE);
  }

  @Test
  void toolsAndTheirChoiceAreTaken() {
    ToolSpecification tool =
        ToolSpecification.builder()
            .name("weather")
            .description("Tells the weather.")
            .parameters(
                JsonObjectSchema.builder()
                    .addStringProperty("city", "the town")
                    .addProperty("unit", JsonEnumSchema.builder().enumValues("C", "F").build())
                    .required("city")
                    .build())
            .build();
    ChatRequest request =
        ChatRequest.builder()
            .messages(UserMessage.from("hello"))
            .toolSpecifications(tool, ToolSpecification.builder().name("time").build())
            .toolChoice(dev.langchain4j.model.chat.request.ToolChoice.REQUIRED)
            .build();
    chat.chat(request);
    assertThat(conversation().tools().getFirst().parameters())
        .hasToString(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"description\":\"the town\","
                + "\"type\":\"string\"},\"unit\":{\"type\":\"string\",\"enum\":[\"C\",\"F\"]}},"
                + "\"required\":[\"city\"]}");
    assertThat(conversation().tools().getLast().parameters())
        .hasToString("{\"type\":\"object\",\"properties\":{}}");
    assertThat(backend.last().output().toolChoice()).isEqualTo(new ToolChoice.Required());
  }

  @Test
  void responseFormatsAreTaken() {
    JsonObjectSchema node =
        JsonObjectSchema.builder()
            .addProperty("value", new JsonIntegerSchema())
            .addProperty(
                "children",
                JsonArraySchema.builder()
                    .items(JsonReferenceSchema.builder().reference("node").build())
                    .build())
            .build();
    JsonSchema schema =
        JsonSchema.builder()
            .name("tree")
            .rootElement(
                JsonObjectSchema.builder()
                    .addProperty("root", JsonReferenceSchema.builder().reference("node").build())
                    .required("root")
                    .definitions(Map.of("node", node))
                    .build())
            .build();
    assertThat(formatOf(ResponseFormat.builder().type(JSON).jsonSchema(schema).build()))
        .isInstanceOfSatisfying(
            OutputFormat.JsonSchema.class,
            format ->
                assertThat(format.schema())
                    .hasToString(
                        "{\"type\":\"object\",\"properties\":{\"root\":{\"$ref\":\"#/$defs/node\"}}"
                            + ",\"required\":[\"root\"],\"additionalProperties\":false,\"$defs\":"
                            + "{\"node\":{\"type\":\"object\",\"properties\":{\"value\":{\"type\":"
                            + "\"integer\"},\"children\":{\"type\":\"array\",\"items\":{\"$ref\":"
                            + "\"#/$defs/node\"}}},\"additionalProperties\":false}}}"));
    assertThat(formatOf(ResponseFormat.JSON)).isEqualTo(new OutputFormat.JsonObject());
    assertThat(formatOf(ResponseFormat.TEXT)).isEqualTo(OutputFormat.FREE);
    JsonSchema raw =
        JsonSchema.builder().name("r").rootElement(JsonRawSchema.from("{\"const\": 1}")).build();
    assertThat(formatOf(ResponseFormat.builder().type(JSON).jsonSchema(raw).build()))
        .isInstanceOfSatisfying(
            OutputFormat.JsonSchema.class,
            format -> assertThat(format.schema()).hasToString("{\"const\":1}"));
  }

  private static final dev.langchain4j.model.chat.request.ResponseFormatType JSON =
      dev.langchain4j.model.chat.request.ResponseFormatType.JSON;

  private OutputFormat formatOf(ResponseFormat format) {
    chat.chat(
        ChatRequest.builder().messages(UserMessage.from("hello")).responseFormat(format).build());
    return backend.last().output().format();
  }

  @Test
  void whatCannotBeHonouredIsRefused() {
    assertUnsupported(UserMessage.from(ImageContent.from("http://example.org/cat.png")), "IMAGE");
    assertUnsupported(UserMessage.from("Anna", "hello"), "name");
    assertUnsupported(CustomMessage.from(Map.of("a", 1)), "CUSTOM");
    assertUnsupported(
        AiMessage.builder()
            .text("x")
            .attributes(
                Map.of(
                    AiMessage.GENERATED_IMAGES_KEY,
                    List.of(Image.builder().url("http://example.org/a.png").build())))
            .build(),
        "image");
    ToolSpecification strict = ToolSpecification.builder().name("f").strict(true).build();
    assertThatThrownBy(() ->
            chat.chat(
                ChatRequest.builder()
                    .messages(UserMessage.from("hello"))
                    .toolSpecifications(strict)
                    .build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("strict");
    ChatRequestParameters others = OpenAiChatRequestParameters.builder().user("Anna").build();
    assertThatThrownBy(() ->
            chat.chat(
                ChatRequest.builder()
                    .messages(UserMessage.from("hello"))
                    .parameters(others)
                    .build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("OpenAiChatRequestParameters");
    assertThat(backend.asked).isEmpty();
  }

  private void assertUnsupported(ChatMessage message, String told) {
    assertThatThrownBy(() -> chat.chat(message))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining(told);
    Recorder recorder = new Recorder();
    streaming.chat(List.of(message), recorder);
    assertThat(recorder.error()).isInstanceOf(UnsupportedFeatureException.class);
  }

  @Test
  void answersAreTold() {
    ChatResponse hello = chat.chat(UserMessage.from("hello"));
    assertThat(hello.aiMessage()).isEqualTo(AiMessage.from("Hello"));
    assertThat(hello.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(hello.tokenUsage().inputTokenCount()).isEqualTo(12);
    assertThat(hello.tokenUsage().outputTokenCount()).isEqualTo(3);
    assertThat(hello.metadata().modelName()).isEqualTo("tiny");
    assertThat(hello.metadata())
        .isInstanceOfSatisfying(
            FreeholdChatResponseMetadata.class,
            metadata -> {
              assertThat(metadata.usage()).isEqualTo(Scripted.USAGE);
              assertThat(metadata.toBuilder().build()).isEqualTo(metadata);
            });
    AiMessage thought = chat.chat(UserMessage.from("think")).aiMessage();
    assertThat(thought.thinking()).isEqualTo("Hmm");
    assertThat(thought.text()).isEqualTo("Yes.");
    ChatResponse calls = chat.chat(UserMessage.from("tool"));
    assertThat(calls.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    assertThat(calls.aiMessage().toolExecutionRequests())
        .containsExactly(
            ToolExecutionRequest.builder()
                .id("call-1")
                .name("weather")
                .arguments("{\"city\":\"Bern\"}")
                .build(),
            ToolExecutionRequest.builder().id("call-2").name("time").arguments("{}").build());
    ChatResponse broken = chat.chat(UserMessage.from("broken call"));
    assertThat(broken.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(broken.aiMessage().hasToolExecutionRequests()).isFalse();
    assertThat(broken.aiMessage().text()).isEqualTo("weather {\"city\":");
  }

  @Test
  void answersAreStreamed() {
    Recorder tools = new Recorder();
    streaming.chat("tool", tools);
    ChatResponse response = tools.response();
    assertThat(tools.told)
        .containsExactly(
            "text Let me see.",
            "piece 0 call-1 weather {\"city\":",
            "piece 0 call-1 weather \"Bern\"}",
            "call 0 call-1 weather {\"city\":\"Bern\"}",
            "call 1 call-2 time {}");
    assertThat(response).isEqualTo(chat.chat(UserMessage.from("tool")));
    Recorder thinking = new Recorder();
    streaming.chat("think", thinking);
    assertThat(thinking.response().aiMessage().thinking()).isEqualTo("Hmm");
    assertThat(thinking.told).containsExactly("thinking Hm", "thinking m", "text Yes.");
    Recorder broken = new Recorder();
    streaming.chat("broken call", broken);
    assertThat(broken.response().aiMessage().text()).isEqualTo("weather {\"city\":");
    assertThat(broken.told)
        .containsExactly("piece 0 call-1 weather {\"city\":", "text weather {\"city\":");
  }

  @Test
  void nothingIsToldAfterACancellation() throws InterruptedException {
    Recorder recorder = new Recorder(5);
    streaming.chat("endless", recorder);
    assertThat(backend.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(50);
    assertThat(recorder.told).hasSize(5);
    assertThat(recorder.hasEnded()).isFalse();
  }

  @Test
  void whatAHandlerThrowsIsToldToIt() throws InterruptedException {
    List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
    Recorder recorder = new Recorder();
    IllegalStateException mine = new IllegalStateException("mine");
    streaming.chat(
        "hello",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String partial) {
            throw mine;
          }

          @Override
          public void onCompleteResponse(ChatResponse complete) {
            recorder.onCompleteResponse(complete);
            throw mine;
          }

          @Override
          public void onError(Throwable error) {
            errors.add(error);
            throw new IllegalStateException("ignored");
          }
        });
    assertThat(recorder.response().aiMessage().text()).isEqualTo("Hello");
    for (int i = 0; i < 3000 && errors.size() < 3; i++) {
      Thread.sleep(20);
    }
    assertThat(errors).containsExactly(mine, mine, mine);
  }

  @Test
  void failuresHaveLangChain4jsTypes() {
    assertFailure(LangChain4jException.class, "fail", "out of luck");
    assertFailure(RateLimitException.class, "busy", "come again");
    ChatRequest wrong =
        ChatRequest.builder().messages(UserMessage.from("hello")).temperature(-1.0).build();
    assertThatThrownBy(() -> chat.chat(wrong))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("temperature: expected a number from 0 to 100, found -1")
        .hasCauseInstanceOf(ChatException.class);
    ChatRequest other =
        ChatRequest.builder().messages(UserMessage.from("hello")).modelName("none").build();
    assertThatThrownBy(() -> chat.chat(other))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessage("model: \"none\" is not served");
    Recorder recorder = new Recorder();
    streaming.chat(other, recorder);
    assertThat(recorder.error()).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void anInterruptEndsAnAnswer() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> chat.chat("endless"))
        .isInstanceOf(LangChain4jException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    Recorder recorder = new Recorder();
    FreeholdStreamingChatModel.builder(model)
        .executor(task ->
            Thread.ofVirtual()
                .start(() -> {
                  Thread.currentThread().interrupt();
                  task.run();
                }))
        .build()
        .chat("endless", recorder);
    assertThat(recorder.error()).hasMessageContaining("interrupted");
  }

  private void assertFailure(Class<? extends Exception> type, String word, String message) {
    assertThatThrownBy(() -> chat.chat(word)).isExactlyInstanceOf(type).hasMessage(message);
    Recorder recorder = new Recorder();
    streaming.chat(word, recorder);
    assertThat(recorder.error()).isExactlyInstanceOf(type).hasMessage(message);
  }

  @Test
  void listenersAreToldOfAnswersAndErrors() {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    ChatModelListener listener =
        new ChatModelListener() {
          @Override
          public void onRequest(ChatModelRequestContext context) {
            told.add("request " + context.chatRequest().parameters().modelName());
          }

          @Override
          public void onResponse(ChatModelResponseContext context) {
            told.add("response " + context.chatResponse().aiMessage().text());
          }

          @Override
          public void onError(ChatModelErrorContext context) {
            told.add("error " + context.error().getMessage());
          }
        };
    StreamingChatModel heard =
        FreeholdStreamingChatModel.builder(model)
            .listeners(List.of(listener))
            .executor(Runnable::run)
            .build();
    heard.chat("hello", new Recorder());
    heard.chat("fail", new Recorder());
    assertThat(told)
        .containsExactly("request tiny", "response Hello", "request tiny", "error out of luck");
  }

  @Test
  void parametersOverrideEachOther() {
    FreeholdChatRequestParameters defaults =
        FreeholdChatRequestParameters.builder().seed(1).temperature(0.1).topK(5).build();
    ChatRequestParameters plain = DefaultChatRequestParameters.builder().temperature(0.9).build();
    FreeholdChatRequestParameters both = defaults.overrideWith(plain);
    assertThat(both.seed()).contains(1L);
    assertThat(both.temperature()).isEqualTo(0.9);
    assertThat(both.topK()).isEqualTo(5);
    assertThat(defaults.defaultedBy(plain).temperature()).isEqualTo(0.1);
    assertThat(plain.overrideWith(defaults)).isEqualTo(defaults.defaultedBy(plain));
    assertThat(plain.defaultedBy(defaults)).isEqualTo(both).hasSameHashCodeAs(both);
  }

  @Test
  void tokensAreCounted() {
    FreeholdTokenCountEstimator tokens = new FreeholdTokenCountEstimator(model);
    assertThat(tokens.estimateTokenCountInText("hello")).isEqualTo(5);
    assertThat(tokens.estimateTokenCountInMessage(UserMessage.from("hello"))).isEqualTo(5);
    AiMessage calling =
        AiMessage.from(ToolExecutionRequest.builder().name("f").arguments("{\"x\":1}").build());
    assertThat(tokens.estimateTokenCountInMessage(calling)).isEqualTo(8);
    assertThat(
            tokens.estimateTokenCountInMessages(
                List.of(SystemMessage.from("Hi"), UserMessage.from("hello"))))
        .isEqualTo(27);
    assertThat(
            tokens.estimateTokenCountInMessages(
                List.of(ToolExecutionResultMessage.from("1", "f", "four"))))
        .isEqualTo(4);
    assertThat(tokens.estimateTokenCountInMessages(List.of())).isZero();
  }
}
