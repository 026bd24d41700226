package dev.freehold.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.api.FreeholdModel;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.TokenWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The model that Freehold carries, as LangChain4j uses models.
class DemoTest {
  private static FreeholdModel model;

  @BeforeAll
  static void open() {
    model = FreeholdModel.open(FreeholdModel.DEMO);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static ChatModel chat() {
    return FreeholdChatModel.builder(model)
        .defaultRequestParameters(
            FreeholdChatRequestParameters.builder().temperature(0.0).seed(1).build())
        .build();
  }

  private static StreamingChatModel streaming() {
    return FreeholdStreamingChatModel.builder(model)
        .defaultRequestParameters(
            FreeholdChatRequestParameters.builder().temperature(0.0).seed(1).build())
        .build();
  }

  @Test
  void itAnswersAlikeInOnePieceAndInMany() {
    ChatResponse whole = chat().chat(UserMessage.from("What is 17 + 25?"));
    assertThat(whole.aiMessage().text()).contains("42");
    assertThat(whole.finishReason()).isEqualTo(FinishReason.STOP);
    Recorder recorder = new Recorder();
    streaming().chat("What is 17 + 25?", recorder);
    assertThat(recorder.response().aiMessage()).isEqualTo(whole.aiMessage());
    assertThat(String.join("", recorder.told).replace("text ", ""))
        .isEqualTo(whole.aiMessage().text().replace("text ", ""));
    assertThat(recorder.told).hasSizeGreaterThan(1);
  }

  @Test
  void anAnswerEndsWhenItIsCancelled() throws InterruptedException {
    Recorder recorder = new Recorder(2);
    streaming().chat("Tell me a long story.", recorder);
    for (int i = 0; i < 6000 && recorder.told.size() < 2; i++) {
      Thread.sleep(10);
    }
    assertThat(chat().chat("What is 17 + 25?")).contains("42");
    assertThat(recorder.told).hasSize(2);
    assertThat(recorder.hasEnded()).isFalse();
  }

  /// What the model is to write down.
  record Sum(int sum, boolean isEven) {}

  /// Works with sums.
  interface Clerk {
    Sum sum(String text);

    String ask(String text);
  }

  @Test
  void anAnswerBecomesARecord() {
    assertThat(AiServices.create(Clerk.class, chat()).sum("What is 17 + 25?")).isNotNull();
  }

  /// Tools of a program.
  static final class Clock {
    final List<String> towns = new ArrayList<>();

    @Tool(name = "get_time", value = "Tells the time in a town.")
    String time(@P(name = "town", value = "") String town) {
      towns.add(town);
      return "{\"time\": \"14:30\"}";
    }
  }

  @Test
  void aServiceRunsATool() {
    Clock clock = new Clock();
    Clerk clerk = AiServices.builder(Clerk.class).chatModel(chat()).tools(clock).build();
    assertThat(clerk.ask("What time is it in Greenfield?")).contains("14:30");
    assertThat(clock.towns).hasSize(1);
  }

  /// Tells answers as they are written.
  interface Teller {
    TokenStream tell(String text);
  }

  @Test
  void aServiceStreamsWithAToolAndAMemoryOfTokens() throws Exception {
    Clock clock = new Clock();
    Teller teller =
        AiServices.builder(Teller.class)
            .streamingChatModel(streaming())
            .tools(clock)
            .chatMemory(
                TokenWindowChatMemory.withMaxTokens(300, new FreeholdTokenCountEstimator(model)))
            .build();
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    List<String> pieces = new ArrayList<>();
    teller
        .tell("What time is it in Greenfield?")
        .onPartialResponse(pieces::add)
        .onCompleteResponse(answer::complete)
        .onError(answer::completeExceptionally)
        .start();
    assertThat(answer.get(60, TimeUnit.SECONDS).aiMessage().text())
        .isEqualTo(String.join("", pieces))
        .contains("14:30");
    assertThat(clock.towns).hasSize(1);
  }

  @Test
  void theProgramOfTheDocumentRuns() throws IOException {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      TownClock.main();
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isNotBlank();
    Path root = Path.of(System.getProperty("freehold.root"));
    String source =
        Files.readString(
            root.resolve("langchain4j/src/test/java/dev/freehold/langchain4j/TownClock.java"));
    assertThat(Files.readString(root.resolve("docs/java.md")))
        .contains("```java\n" + source.substring(source.indexOf("import ")) + "```\n");
  }

  @Test
  void conversationsAreCountedToTheToken() {
    FreeholdTokenCountEstimator tokens = new FreeholdTokenCountEstimator(model);
    UserMessage question = UserMessage.from("What is 17 + 25?");
    assertThat(tokens.estimateTokenCountInMessages(List.of(question)))
        .isEqualTo(chat().chat(question).tokenUsage().inputTokenCount());
    assertThat(tokens.estimateTokenCountInMessage(question))
        .isPositive()
        .isLessThan(tokens.estimateTokenCountInMessages(List.of(question)));
  }
}
