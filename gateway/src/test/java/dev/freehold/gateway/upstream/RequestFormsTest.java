package dev.freehold.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One conversation with all that there is, in each of the forms.
class RequestFormsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private final List<String> notices = new ArrayList<>();

  private static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  private static ChatRequest request(Message... more) {
    List<Message> messages = new ArrayList<>();
    messages.add(Message.system("Be brief."));
    messages.add(
        new Message.User(
            List.of(new Part.Text("What is it?"), Part.Image.of("image/png", "aGk="))));
    messages.add(
        new Message.Assistant(
            List.of(), "I should look.", List.of(new ToolCall("id 1", "look", json("{'at':1}")))));
    messages.add(
        new Message.ToolResult(
            List.of(new Part.Text("a cat"), Part.Image.of("image/jpeg", "/9j/")), "id 1", "look"));
    messages.addAll(List.of(more));
    Tool tool = new Tool("look", "Looks.", json("{'type':'object','properties':{}}"));
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Input input =
        new Input.Conversation(
            messages,
            List.of(tool),
            Map.of(
                "enable_thinking", nodes.booleanNode(true),
                "reasoning_effort", nodes.stringNode("low")));
    Sampling sampling =
        Sampling.UNSAID
            .with(SamplingParameter.TEMPERATURE, 1.5)
            .with(SamplingParameter.TOP_K, 40)
            .withSeed(7);
    return new ChatRequest(
        "asked",
        input,
        sampling,
        new Ending(List.of("END"), OptionalInt.of(5000)),
        Output.FREE.withTools(new ToolChoice.Auto(), false),
        Caller.LOCAL);
  }

  private JsonNode written(Shape shape, Settings settings, ChatRequest request) {
    return written(shape, settings, request, Set.of());
  }

  private JsonNode written(
      Shape shape, Settings settings, ChatRequest request, Set<String> refused) {
    Wire.Model model = new Wire.Model("theirs", "vendor", refused);
    return JSON.readTree(shape.wire(settings).body(request, model, notices::add).toString());
  }

  @Test
  void probabilitiesAreAskedForWhereTheFormHasThem() {
    ChatRequest plain = request();
    ChatRequest wants =
        plain.withOutput(plain.output().withLogprobs(new Logprobs(true, false, 50)));
    JsonNode body = written(Shape.OPENAI, Settings.DEFAULT, wants);
    assertThat(body.path("logprobs").booleanValue()).isTrue();
    assertThat(body.path("top_logprobs").intValue()).isEqualTo(20);
    assertThat(written(Shape.OPENAI, Settings.DEFAULT, plain).has("logprobs")).isFalse();
    for (Shape shape : List.of(Shape.ANTHROPIC, Shape.OLLAMA)) {
      assertThatThrownBy(() -> written(shape, Settings.DEFAULT, wants))
          .isInstanceOfSatisfying(
              AttemptException.class,
              failure -> assertThat(failure.failure().type()).isEqualTo(FailureClass.UNSUPPORTED))
          .hasMessageContaining("no probabilities");
    }
  }

  @Test
  void openAi() {
    JsonNode body = written(Shape.OPENAI, Settings.DEFAULT, request());
    assertThat(body)
        .isEqualTo(
            json(
                """
                {'model':'theirs','stream':true,'stream_options':{'include_usage':true},
                 'messages':[
                  {'role':'system','content':'Be brief.'},
                  {'role':'user','content':[{'type':'text','text':'What is it?'},
                    {'type':'image_url','image_url':{'url':'data:image/png;base64,aGk='}}]},
                  {'role':'assistant','content':null,'tool_calls':[{'id':'call_0','type':'function',
                    'function':{'name':'look','arguments':'{\\'at\\':1}'}}]},
                  {'role':'tool','tool_call_id':'call_0','content':'a cat'},
                  {'role':'user','content':[
                    {'type':'image_url','image_url':{'url':'data:image/jpeg;base64,/9j/'}}]}],
                 'tools':[{'type':'function','function':{'name':'look','description':'Looks.',
                    'parameters':{'type':'object','properties':{}}}}],
                 'tool_choice':'auto','parallel_tool_calls':false,
                 'temperature':1.5,'seed':7,'max_tokens':5000,'stop':['END'],
                 'reasoning_effort':'low'}
                """
                    .replace("\\'", "\\\"")));
    assertThat(notices).containsExactly("top_k is left out: this server does not know it");
  }

  @Test
  void openAiWithExtrasContinuesAnAnswer() {
    ChatRequest request = request(Message.user("Go on."), Message.assistant("It is"));
    JsonNode body = written(Shape.OPENAI, new Settings(true, "max_tokens", 1), request);
    assertThat(body.path("top_k").intValue()).isEqualTo(40);
    assertThat(body.path("continue_final_message").booleanValue()).isTrue();
    assertThat(body.path("add_generation_prompt").booleanValue()).isFalse();
    assertThat(body.at("/messages/2/reasoning_content").stringValue()).isEqualTo("I should look.");
    assertThat(notices).isEmpty();
  }

  @Test
  void anthropic() {
    ChatRequest request = request(Message.assistant("A cat."), Message.user("And?"));
    JsonNode body = written(Shape.ANTHROPIC, Settings.DEFAULT, request);
    assertThat(body)
        .isEqualTo(
            json(
                """
                {'model':'theirs','stream':true,'system':'Be brief.',
                 'messages':[
                  {'role':'user','content':[{'type':'text','text':'What is it?'},
                    {'type':'image','source':{'type':'base64','media_type':'image/png',
                     'data':'aGk='}}]},
                  {'role':'assistant','content':[{'type':'tool_use','id':'call_0','name':'look',
                    'input':{'at':1}}]},
                  {'role':'user','content':[
                    {'type':'tool_result','tool_use_id':'call_0','content':[
                      {'type':'text','text':'a cat'},
                      {'type':'image','source':{'type':'base64','media_type':'image/jpeg',
                       'data':'/9j/'}}]}]},
                  {'role':'assistant','content':[{'type':'text','text':'A cat.'}]},
                  {'role':'user','content':[{'type':'text','text':'And?'}]}],
                 'tools':[{'name':'look','description':'Looks.',
                    'input_schema':{'type':'object','properties':{}}}],
                 'tool_choice':{'type':'auto','disable_parallel_tool_use':true},
                 'thinking':{'type':'adaptive'},'output_config':{'effort':'low'},
                 'max_tokens':5000,'stop_sequences':['END']}
                """));
    assertThat(notices)
        .contains("temperature is left out: this server does not take it")
        .anyMatch(notice -> notice.startsWith("seed"));
  }

  @Test
  void anthropicIsAskedAsTheModelWasFoundToTakeIt() {
    ChatRequest request = request(Message.assistant("A cat."), Message.user("And?"));
    Set<String> old = Set.of("thinking.adaptive", "effort");
    assertThat(written(Shape.ANTHROPIC, Settings.DEFAULT, request, old).path("thinking"))
        .isEqualTo(json("{'type':'enabled','budget_tokens':2048}"));
    assertThat(
            written(Shape.ANTHROPIC, Settings.DEFAULT, request, Set.of("effort"))
                .has("output_config"))
        .isFalse();
    Set<String> none = Set.of("thinking.adaptive", "thinking.enabled", "temperature", "top_k");
    JsonNode plain = written(Shape.ANTHROPIC, Settings.DEFAULT, request, none);
    assertThat(plain.has("thinking") || plain.has("temperature") || plain.has("top_k")).isFalse();
    assertThat(notices)
        .contains("thinking is left out: this model does not take it")
        .contains("temperature is left out: this model does not take it");
  }

  @Test
  void whatErrorsRefuse() {
    Wire wire = Shape.ANTHROPIC.wire(Settings.DEFAULT);
    ObjectNode body =
        json(
            "{'temperature':1,'top_p':1,'thinking':{'type':'enabled'},'output_config':"
                + "{'effort':'low'}}");
    ObjectNode adaptive = json("{'thinking':{'type':'adaptive'},'output_config':{'effort':'low'}}");
    assertThat(wire.refused(body, error("`temperature` is deprecated for this model.", "")))
        .containsExactlyInAnyOrder("temperature", "top_p", "top_k");
    assertThat(
            wire.refused(
                body,
                error(
                    "`temperature` and `top_p` cannot both be specified for this model. Please use"
                        + " only one.",
                    "")))
        .containsExactly("top_p");
    assertThat(
            wire.refused(
                body,
                error(
                    "\\\"thinking.type.enabled\\\" is not supported for this model. Use"
                        + " \\\"thinking.type.adaptive\\\" and \\\"output_config.effort\\\"",
                    "")))
        .containsExactly("thinking.enabled");
    assertThat(
            wire.refused(adaptive, error("adaptive thinking is not supported on this model", "")))
        .containsExactly("thinking.adaptive");
    assertThat(
            wire.refused(adaptive, error("This model does not support the effort parameter", "")))
        .containsExactly("effort");
    assertThat(wire.refused(body, error("messages: at least one message is required", "")))
        .isEmpty();

    Wire openAi = Shape.OPENAI.wire(Settings.DEFAULT);
    ObjectNode asked = json("{'temperature':1,'max_tokens':5,'reasoning_effort':'low'}");
    assertThat(
            openAi.refused(
                asked,
                error(
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                        + " 'max_completion_tokens' instead.",
                    "max_tokens")))
        .containsExactly("max_tokens");
    assertThat(
            openAi.refused(
                asked, error("Unrecognized request argument supplied: reasoning_effort", "")))
        .containsExactly("reasoning_effort");
    assertThat(openAi.refused(asked, error("Invalid type for 'messages'", "messages"))).isEmpty();
  }

  private static JsonNode error(String message, String param) {
    return JSON.readTree(
        "{\"error\":{\"message\":\"%s\",\"param\":\"%s\"}}".formatted(message, param));
  }

  @Test
  void openAiModelsAreAskedUnderTheNamesThatTheyTake() {
    JsonNode body =
        written(Shape.OPENAI, Settings.DEFAULT, request(), Set.of("max_tokens", "temperature"));
    assertThat(body.path("max_completion_tokens").intValue()).isEqualTo(5000);
    assertThat(body.has("max_tokens") || body.has("temperature")).isFalse();
    assertThat(notices).contains("temperature is left out: this model refuses it");
  }

  @Test
  void anthropicGetsItsSealedThinkingBackInItsPlaces() {
    Message.Assistant called =
        new Message.Assistant(
            List.of(new Part.Text("One moment.")),
            "First. Second.",
            List.of(new ToolCall("id 2", "look", json("{'at':1}"))),
            List.of(
                new SealedThought("vendor", "First.", "s1", false, 0),
                new SealedThought("other", "Elsewhere.", "s2", false, 1),
                new SealedThought("vendor", "", "s3", true, 1)));
    Message result = new Message.ToolResult(List.of(new Part.Text("a cat")), "id 2", "look");
    ChatRequest request =
        request(Message.assistant("A cat."), Message.user("Look again."), called, result);
    JsonNode body = written(Shape.ANTHROPIC, Settings.DEFAULT, request);
    assertThat(body.at("/messages/5/content"))
        .isEqualTo(
            json("""
            {'all':[
             {'type':'thinking','thinking':'First.','signature':'s1'},
             {'type':'text','text':'One moment.'},
             {'type':'redacted_thinking','data':'s3'},
             {'type':'tool_use','id':'call_1','name':'look','input':{'at':1}}]}
            """)
                .path("all"));
    assertThat(body.at("/thinking/type").stringValue()).isEqualTo("adaptive");
  }

  @Test
  void anthropicDoesNotThinkWhereItDidNotBegin() {
    for (Message last : List.of(Message.user("And?"), Message.user("What?"))) {
      assertThat(written(Shape.ANTHROPIC, Settings.DEFAULT, request(last)).has("thinking"))
          .as("beside the result of a tool")
          .isFalse();
    }
    JsonNode body = written(Shape.ANTHROPIC, Settings.DEFAULT, request());
    assertThat(body.has("thinking")).isFalse();
    assertThat(body.path("temperature").doubleValue()).as("at most 1 there").isEqualTo(1);
    assertThat(notices).anyMatch(notice -> notice.startsWith("thinking is left out"));
  }

  @Test
  void anthropicTakesNoWhiteSpaceAtTheEndOfABegin() {
    ChatRequest request = request(Message.user("Go on."), Message.assistant("It is "));
    JsonNode body = written(Shape.ANTHROPIC, Settings.DEFAULT, request);
    assertThat(body.at("/messages/3/content/0/text").stringValue()).isEqualTo("It is");
  }

  @Test
  void ollama() {
    JsonNode body = written(Shape.OLLAMA, Settings.DEFAULT, request());
    assertThat(body.at("/messages/1/images/0").stringValue()).isEqualTo("aGk=");
    assertThat(body.at("/messages/2/thinking").stringValue()).isEqualTo("I should look.");
    assertThat(body.at("/messages/2/tool_calls/0/function/arguments")).isEqualTo(json("{'at':1}"));
    assertThat(body.at("/messages/3/tool_name").stringValue()).isEqualTo("look");
    assertThat(body.path("options"))
        .isEqualTo(
            json("{'temperature':1.5,'top_k':40,'seed':7,'num_predict':5000,'stop':['END']}"));
    assertThat(body.path("think").booleanValue()).isTrue();
  }

  @Test
  void formats() {
    String closed =
        "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],"
            + "'additionalProperties':false}";
    for (String schema : List.of(closed, "{'type':'object'}")) {
      ChatRequest request =
          request().withOutput(Output.FREE.withFormat(new OutputFormat.JsonSchema(json(schema))));
      JsonNode openAi = written(Shape.OPENAI, Settings.DEFAULT, request);
      assertThat(openAi.at("/response_format/json_schema/strict").booleanValue())
          .isEqualTo(schema.equals(closed));
      JsonNode anthropic = written(Shape.ANTHROPIC, Settings.DEFAULT, request);
      assertThat(anthropic.at("/output_config/format/schema")).isEqualTo(json(schema));
      assertThat(written(Shape.OLLAMA, Settings.DEFAULT, request).path("format"))
          .isEqualTo(json(schema));
    }
    ChatRequest guided = request().withOutput(Output.FREE.withFormat(new OutputFormat.Regex("a+")));
    for (Shape shape : Shape.values()) {
      assertThatThrownBy(() -> written(shape, Settings.DEFAULT, guided))
          .isInstanceOfSatisfying(
              AttemptException.class,
              failed -> assertThat(failed.failure().type()).isEqualTo(FailureClass.UNSUPPORTED));
    }
  }

  @Test
  void keysShowNowhere() {
    Secret secret = new Secret("the environment variable KEY", () -> "sk-planted");
    assertThat(secret.toString()).isEqualTo("the environment variable KEY");
    assertThat(secret.hideIn("wrong: sk-planted!")).isEqualTo("wrong: [key]!");
    Network.Call call =
        new Network.Call(
            java.net.URI.create("http://a/v1"),
            Shape.OPENAI.wire(Settings.DEFAULT).headers("sk-planted"),
            new byte[0]);
    assertThat(call.toString()).doesNotContain("sk-planted");
  }
}
