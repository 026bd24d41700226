package dev.freehold.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Bodies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OllamaRequestTest {
  private static final String CHAT =
      """
      {'model':'m','keep_alive':'1h30m','think':'high','format':{'type':'object'},
       'logprobs':true,'top_logprobs':3,
       'options':{'num_ctx':8192,'num_predict':64,'temperature':0.5,'top_k':40,'top_p':0.9,
        'min_p':0.1,'typical_p':0.7,'repeat_penalty':1.1,'repeat_last_n':-1,'presence_penalty':1,
        'frequency_penalty':0.5,'seed':7,'stop':['a','b'],'num_gpu':1,'mirostat':0,'unknown':{}},
       'tools':[{'type':'function','function':{'name':'w','description':'d',
        'parameters':{'type':'object'}}}],
       'messages':[{'role':'System','content':'s'},{'role':'user','content':'u','images':[]},
        {'role':'assistant','content':'','thinking':'t',
         'tool_calls':[{'id':'call_1','function':{'index':0,'name':'w','arguments':{'c':1}}}]},
        {'role':'tool','content':'11','tool_name':'w','tool_call_id':'call_1'}]}
      """;

  private static OllamaRequest chat(String body) {
    return OllamaRequest.chat(Bodies.fields(body), Caller.LOCAL);
  }

  private static OllamaRequest generate(String body) {
    return OllamaRequest.generate(Bodies.fields(body), Caller.LOCAL);
  }

  private static List<Part> parts(String text) {
    return List.of(new Part.Text(text));
  }

  @Test
  void readsEveryFieldOfAChat() {
    OllamaRequest request = chat(CHAT);
    assertThat(request.stream()).isTrue();
    assertThat(request.keepAlive()).hasValue(Duration.ofMinutes(90));
    assertThat(request.wantsThinking()).isTrue();
    assertThat(request.chat().orElseThrow().sampling())
        .isEqualTo(
            new Sampling(
                Map.of(
                    SamplingParameter.TEMPERATURE, 0.5,
                    SamplingParameter.TOP_K, 40.0,
                    SamplingParameter.TOP_P, 0.9,
                    SamplingParameter.MIN_P, 0.1,
                    SamplingParameter.TYPICAL_P, 0.7,
                    SamplingParameter.REPETITION_PENALTY, 1.1,
                    SamplingParameter.REPETITION_WINDOW, -1.0,
                    SamplingParameter.PRESENCE_PENALTY, 1.0,
                    SamplingParameter.FREQUENCY_PENALTY, 0.5),
                Map.of(),
                Optional.of(7L)));
    assertThat(request.chat().get().ending())
        .isEqualTo(new Ending(List.of("a", "b"), OptionalInt.of(64)));
    assertThat(request.chat().get().output().format())
        .isEqualTo(new OutputFormat.JsonSchema(Bodies.json("{'type':'object'}")));
    assertThat(request.chat().get().output().logprobs()).isEqualTo(new Logprobs(true, false, 3));
    Input.Conversation input = (Input.Conversation) request.chat().get().input();
    assertThat(input.templateOptions().get("reasoning_effort")).isEqualTo(Bodies.json("'high'"));
    assertThat(input.tools()).containsExactly(new Tool("w", "d", Bodies.json("{'type':'object'}")));
    assertThat(input.messages())
        .containsExactly(
            Message.system("s"),
            Message.user("u"),
            new Message.Assistant(
                parts(""), "t", List.of(new ToolCall("call_1", "w", Bodies.json("{'c':1}")))),
            new Message.ToolResult(parts("11"), "call_1", "w"));
  }

  @Test
  void withoutMessagesOrPromptNothingIsAsked() {
    assertThat(chat("{'model':'m'}").chat()).isEmpty();
    assertThat(chat("{'model':'m','messages':[],'keep_alive':0}").keepAlive())
        .hasValue(Duration.ZERO);
    assertThat(generate("{'model':'m','prompt':''}").chat()).isEmpty();
  }

  @Test
  void generatesFromTheTemplateOrRaw() {
    assertThat(generate("{'name':'m','prompt':'p','system':'s'}").chat().orElseThrow().input())
        .isEqualTo(Input.Conversation.of(List.of(Message.system("s"), Message.user("p"))));
    OllamaRequest raw = generate("{'model':'m','prompt':'p','raw':true,'stream':false}");
    assertThat(raw.stream()).isFalse();
    assertThat(raw.chat().orElseThrow().input()).isEqualTo(new Input.Text("p"));
    assertThat(raw.chat().get().output().asWritten()).isTrue();
  }

  @Test
  void bothWordsForNoBoundSayTheSame() {
    for (int words : new int[] {-1, -2}) {
      assertThat(
              generate("{'model':'m','prompt':'p','options':{'num_predict':%d}}".formatted(words))
                  .chat()
                  .orElseThrow()
                  .ending())
          .isEqualTo(Ending.NATURAL);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5|PT5S",
        "0.5|PT0.5S",
        "0|PT0S",
        "-1|PT-1S",
        "-0.5|PT-1S",
        "'5m'|PT5M",
        "'1h30m'|PT1H30M",
        "'1.5h'|PT1H30M",
        "'300ms'|PT0.3S",
        "'10us'|PT0.00001S",
        "'0'|PT0S",
        "'0s'|PT0S",
        "'-0s'|PT0S",
        "'-1'|PT-1S",
        "'-5m'|PT-1S",
        "'60'|PT1M",
        "1e300|PT9223372036S",
      })
  void readsKeepAlive(String value, String expected) {
    assertThat(KeepAlive.read(Bodies.fields("{'keep_alive':%s}".formatted(value))))
        .hasValue(Duration.parse(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model|''|model",
        "keep_alive|'soon'|keep_alive",
        "keep_alive|'5m!'|keep_alive",
        "keep_alive|'m'|keep_alive",
        "keep_alive|true|keep_alive",
        "think|'very'|think",
        "think|1|think",
        "format|'xml'|format",
        "format|[]|format",
        "options|[]|options",
        "options|{'temperature':-1}|options.temperature",
        "options|{'repeat_penalty':0}|options.repeat_penalty",
        "options|{'top_k':1.5}|options.top_k",
        "options|{'num_predict':0}|options.num_predict",
        "options|{'num_predict':-3}|options.num_predict",
        "options|{'stop':['']}|options.stop[0]",
        "options|{'mirostat':2}|options.mirostat",
        "options|{'seed':'x'}|options.seed",
        "top_logprobs|21|top_logprobs",
        "messages|[{'role':'bot','content':'a'}]|messages[0].role",
        "messages|[{'role':'user','content':['a']}]|messages[0].content",
        "messages|[{'role':'user','content':'a','images':['aGk=']}]|messages[0].images",
        "messages|[{'role':'assistant','tool_calls':[{'function':{'name':'w','arguments':'{'}}]}]"
            + "|messages[0].tool_calls[0].function.arguments",
        "tools|[{'type':'web'}]|tools[0].type",
        "tools|[{'type':'function'}]|tools[0].function",
        "stream|'no'|stream",
      })
  void namesTheFieldThatIsWrong(String field, String value, String named) {
    ObjectNode body =
        (ObjectNode) Bodies.json("{'model':'m','messages':[{'role':'user','content':'a'}]}");
    body.set(field, Bodies.json(value));
    assertThatExceptionOfType(ChatException.class)
        .isThrownBy(() -> OllamaRequest.chat(Fields.of(body, ""), Caller.LOCAL))
        .matches(e -> e.kind() == ChatException.Kind.INVALID_REQUEST)
        .matches(e -> e.field().equals(named), "field " + named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "suffix|'x'|suffix",
        "template|'{{ .Prompt }}'|template",
        "context|[1,2]|context",
        "images|['aGk=']|images",
      })
  void refusesWhatWouldBeLost(String field, String value, String named) {
    ObjectNode body = (ObjectNode) Bodies.json("{'model':'m','prompt':'p'}");
    body.set(field, Bodies.json(value));
    assertThatExceptionOfType(ChatException.class)
        .isThrownBy(() -> OllamaRequest.generate(Fields.of(body, ""), Caller.LOCAL))
        .matches(e -> e.field().equals(named), "field " + named);
  }

  @Test
  void mutatedBodiesAreReadOrRefused() {
    long seed = 99;
    Random random = new Random(seed);
    JsonNode valid = Bodies.json(CHAT);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      Fields body = Fields.of(Bodies.mutated(valid, random), "");
      try {
        OllamaRequest.chat(body, Caller.LOCAL);
        OllamaRequest.generate(body, Caller.LOCAL);
        read++;
      } catch (ChatException e) {
        assertThat(e.field()).as("seed %d, %s", seed, body.object()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d, body %s".formatted(seed, body.object()), e);
      }
    }
    assertThat(read).isBetween(1_000, 19_000);
  }
}
