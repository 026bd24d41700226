package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Answers of the demo model have the form that a request demands, whatever the model would write.
class AnswerFormTest {
  private static final Path DEMO =
      Path.of(System.getProperty("freehold.root"), "cli/src/main/seedling/seedling.gguf");
  private static final List<Tool> TOOLS =
      List.of(
          tool("get_weather", "{\"city\": {\"type\": \"string\", \"maxLength\": 12}}", "city"),
          tool(
              "set_timer",
              "{\"minutes\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 90}}",
              "minutes"));

  private Model model;
  private LocalBackend backend;

  private static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  private static Tool tool(String name, String properties, String required) {
    return new Tool(
        name,
        "does " + name,
        json(
            "{\"type\": \"object\", \"properties\": %s, \"required\": [\"%s\"], %s}"
                .formatted(properties, required, "\"additionalProperties\": false")));
  }

  @BeforeEach
  void open() {
    KernelOptions kernels = KernelOptions.defaults().withThreads(1);
    model = Model.open(DEMO, ModelOptions.of(kernels));
    LocalModel local =
        new LocalModel(
            "demo",
            model,
            Tokenizer.fromGguf(model.store().metadata()),
            ChatTemplates.fromGguf(model.store().metadata()),
            Sampling.greedy());
    backend =
        new LocalBackend(
            local, new EngineOptions(OptionalInt.of(512), 256, 1L << 30, Clock.systemUTC()));
  }

  @AfterEach
  void close() {
    backend.close();
    model.close();
  }

  private List<ChatEvent> ask(Output output, List<Tool> tools, Sampling sampling) {
    Input input =
        new Input.Conversation(
            List.of(Message.user("What is the weather in Paris?")), tools, Map.of());
    List<ChatEvent> events = new ArrayList<>();
    backend.answer(
        new ChatRequest(
            "", input, sampling, Ending.NATURAL.withMaxTokens(150), output, Caller.LOCAL),
        events::add,
        new Cancellation());
    return events;
  }

  private static String text(List<ChatEvent> events) {
    StringBuilder text = new StringBuilder();
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.TextDelta delta) {
        text.append(delta.text());
      }
    }
    return text.toString();
  }

  private static Sampling wild(int seed) {
    return Sampling.UNSAID.with(SamplingParameter.TEMPERATURE, 2).withSeed(seed);
  }

  @Test
  void anAnswerHasTheFormatThatIsDemanded() {
    Output free = Output.FREE;
    for (int seed = 0; seed < 4; seed++) {
      OutputFormat choice = new OutputFormat.Choice(List.of("sunny", "rainy"));
      assertThat(text(ask(free.withFormat(choice), List.of(), wild(seed)))).isIn("sunny", "rainy");
      OutputFormat regex = new OutputFormat.Regex("[0-9]{2}:[0-5][0-9]");
      assertThat(text(ask(free.withFormat(regex), List.of(), wild(seed))))
          .matches("[0-9]{2}:[0-5][0-9]");
      OutputFormat schema =
          new OutputFormat.JsonSchema(
              json(
                  "{\"type\": \"object\", \"properties\": {\"warm\": {\"type\": \"boolean\"}},"
                      + " \"required\": [\"warm\"], \"additionalProperties\": false}"));
      List<ChatEvent> events = ask(free.withFormat(schema), List.of(), wild(seed));
      assertThat(json(text(events)).path("warm").isBoolean()).isTrue();
      assertThat(((ChatEvent.Finished) events.getLast()).reason()).isEqualTo(FinishReason.END);
    }
  }

  @Test
  void aDemandedCallIsOneOfItsToolsWithValidArguments() {
    for (int seed = 0; seed < 4; seed++) {
      Output required = Output.FREE.withTools(new ToolChoice.Required(), false);
      checkCall(ask(required, TOOLS, wild(seed)), "get_weather", "set_timer");
      Output named = Output.FREE.withTools(new ToolChoice.Named("set_timer"), false);
      checkCall(ask(named, TOOLS, wild(seed)), "set_timer");
    }
  }

  @Test
  void argumentsAreAnObjectAlsoWhereTheirSchemaDoesNotSaySo() {
    Tool any = new Tool("anything", "does anything", json("{}"));
    Output named = Output.FREE.withTools(new ToolChoice.Named("anything"), false);
    for (int seed = 0; seed < 4; seed++) {
      List<ChatEvent> events = ask(named, List.of(any), wild(seed));
      StringBuilder arguments = new StringBuilder();
      for (ChatEvent event : events) {
        if (event instanceof ChatEvent.CallArguments piece) {
          arguments.append(piece.json());
        }
      }
      assertThat(arguments).startsWith("{");
      assertThat("</tool_call>").as("at most a mark that was cut").startsWith(text(events).strip());
    }
  }

  private static void checkCall(List<ChatEvent> events, String... names) {
    String name = "";
    StringBuilder arguments = new StringBuilder();
    for (ChatEvent event : events) {
      switch (event) {
        case ChatEvent.CallStarted call -> {
          assertThat(name).as("one call").isEmpty();
          name = call.name();
          assertThat(call.id()).isNotEmpty();
        }
        case ChatEvent.CallArguments piece -> arguments.append(piece.json());
        default -> {}
      }
    }
    assertThat(name).isIn((Object[]) names);
    JsonNode parsed = json(arguments.toString());
    if (name.equals("set_timer")) {
      assertThat(parsed.path("minutes").intValue()).isBetween(1, 90);
    } else {
      String city = parsed.path("city").stringValue();
      assertThat(city.codePointCount(0, city.length())).isLessThanOrEqualTo(12);
    }
    assertThat(text(events)).isEmpty();
    assertThat(((ChatEvent.Finished) events.getLast()).reason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @Test
  void whereItIsWantedAnswersAreToldAsTheyWereWritten() {
    Output named =
        new Output(
            OutputFormat.FREE,
            new ToolChoice.Named("set_timer"),
            false,
            Output.FREE.logprobs(),
            true,
            false);
    assertThat(text(ask(named, TOOLS, Sampling.greedy())))
        .startsWith("<tool_call>")
        .contains("\"set_timer\"");
  }

  @Test
  void whatCannotBeDemandedIsRefused() {
    assertThatThrownBy(() ->
            ask(Output.FREE.withTools(new ToolChoice.Named("fly"), true), TOOLS, Sampling.greedy()))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("\"fly\" is not among the tools");
    assertThatThrownBy(() ->
            ask(
                Output.FREE.withTools(new ToolChoice.Required(), true),
                List.of(),
                Sampling.greedy()))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("no tools are given");
    OutputFormat impossible = new OutputFormat.Regex("(a");
    assertThatThrownBy(() -> ask(Output.FREE.withFormat(impossible), List.of(), Sampling.greedy()))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST));
  }
}
