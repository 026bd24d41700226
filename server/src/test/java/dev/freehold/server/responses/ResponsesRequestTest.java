package dev.freehold.server.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.CarriedThought;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ResponsesRequestTest {
  /// What a coding agent sends in its second turn: its twelve fields, tools of all kinds, and the
  /// items of the first turn.
  private static final String AGENT =
      """
      {'model':'m','instructions':'You code.','store':false,'stream':true,
       'include':['reasoning.encrypted_content'],'prompt_cache_key':'k','client_metadata':{},
       'parallel_tool_calls':true,'tool_choice':'auto','reasoning':{'effort':'medium'},
       'tools':[
        {'type':'function','name':'shell','description':'Runs.','strict':false,
         'parameters':{'type':'object'}},
        {'type':'custom','name':'apply_patch','description':'Patches.',
         'format':{'type':'grammar','syntax':'lark','definition':'start: /.+/'}},
        {'type':'namespace','name':'mcp__docs','description':'Docs.','tools':[
         {'type':'function','name':'find','parameters':{'type':'object'}}]},
        {'type':'web_search'}],
       'input':[
        {'type':'message','role':'developer','content':[{'type':'input_text','text':'Rules.'}]},
        {'role':'user','content':'Fix it.'},
        {'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'%s'},
        {'type':'message','role':'assistant','id':'msg_1','status':'completed',
         'content':[{'type':'output_text','text':'I look.','annotations':[]}]},
        {'type':'function_call','id':'fc_1','call_id':'call_1','name':'shell',
         'arguments':'{\\'cmd\\':\\'ls\\'}'},
        {'type':'custom_tool_call','call_id':'call_2','name':'apply_patch','input':'*** Begin'},
        {'type':'function_call','call_id':'call_3','namespace':'mcp__docs','name':'find',
         'arguments':'{'},
        {'type':'function_call_output','call_id':'call_1','output':'a.txt'},
        {'type':'custom_tool_call_output','call_id':'call_2','output':'Done'},
        {'type':'function_call_output','call_id':'call_3','output':[
         {'type':'input_text','text':'none'}]},
        {'type':'web_search_call','id':'ws_1','status':'completed'}]}
      """
          .formatted(CarriedThought.encode("Think."));

  private static ResponsesRequest read(String body) {
    return ResponsesRequest.read(Bodies.fields(body), Caller.LOCAL);
  }

  private static List<Part> parts(String text) {
    return List.of(new Part.Text(text));
  }

  @Test
  void readsAnAgentsTurn() {
    ResponsesRequest request = read(AGENT);
    assertThat(request.stream()).isTrue();
    assertThat(request.carriesThinking()).isTrue();
    Input.Conversation input = (Input.Conversation) request.chat().input();
    assertThat(input.messages())
        .containsExactly(
            Message.system("You code."),
            new Message.Developer(parts("Rules.")),
            Message.user("Fix it."),
            new Message.Assistant(
                parts("I look."),
                "Think.",
                List.of(
                    new ToolCall("call_1", "shell", Bodies.json("{'cmd':'ls'}")),
                    new ToolCall("call_2", "apply_patch", Bodies.json("{'input':'*** Begin'}")),
                    new ToolCall("call_3", "mcp__docs__find", Bodies.json("{'input':'{'}")))),
            new Message.ToolResult(parts("a.txt"), "call_1", "shell"),
            new Message.ToolResult(parts("Done"), "call_2", "apply_patch"),
            new Message.ToolResult(parts("none"), "call_3", "mcp__docs__find"));
    assertThat(input.tools())
        .extracting(Tool::name)
        .containsExactly("shell", "apply_patch", "mcp__docs__find");
    assertThat(input.tools().get(1).description())
        .isEqualTo("Patches.\n\nThe input follows this grammar:\nstart: /.+/");
    assertThat(input.tools().get(1).parameters().at("/properties/input/type").stringValue())
        .isEqualTo("string");
    assertThat(request.tools().declared()).hasSize(3);
    assertThat(request.tools().wire("mcp__docs__find"))
        .isEqualTo(new ToolSet.Wire("find", "mcp__docs", false));
    assertThat(input.templateOptions().get("reasoning_effort")).isEqualTo(Bodies.json("'medium'"));
  }

  @Test
  void readsFormatsChoicesAndLogprobs() {
    String body =
        """
        {'model':'m','input':'hi','include':['message.output_text.logprobs'],'top_logprobs':4,
         'tools':[{'type':'function','name':'a'},{'type':'function','name':'b'}],
         'tool_choice':%s,'parallel_tool_calls':false,
         'text':{'format':{'type':'json_schema','name':'n','schema':{'type':'array'}}}}
        """;
    ResponsesRequest request = read(body.formatted("{'type':'function','name':'b'}"));
    assertThat(request.chat().output().toolChoice()).isEqualTo(new ToolChoice.Named("b"));
    assertThat(request.chat().output().parallelCalls()).isFalse();
    assertThat(request.chat().output().logprobs()).isEqualTo(new Logprobs(true, false, 4));
    assertThat(request.chat().output().format())
        .isEqualTo(new OutputFormat.JsonSchema(Bodies.json("{'type':'array'}")));
    assertThat(((Input.Conversation) request.chat().input()).messages())
        .containsExactly(Message.user("hi"));
    ResponsesRequest allowed =
        read(
            body.formatted(
                "{'type':'allowed_tools','mode':'required','tools':["
                    + "{'type':'function','name':'a'}]}"));
    assertThat(allowed.chat().output().toolChoice()).isEqualTo(new ToolChoice.Required());
    assertThat(((Input.Conversation) allowed.chat().input()).tools())
        .extracting(Tool::name)
        .containsExactly("a");
    assertThat(read(body.formatted("'none'")).chat().output().toolChoice())
        .isEqualTo(new ToolChoice.None());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "previous_response_id|'resp_1'|previous_response_id",
        "conversation|'conv_1'|conversation",
        "prompt|{'id':'p'}|prompt",
        "background|true|background",
        "truncation|'some'|truncation",
        "input|null|input",
        "input|[]|input",
        "input|7|input",
        "input|[{'type':'item_reference','id':'x'}]|input[0].type",
        "input|[{'type':'computer_call'}]|input[0].type",
        "input|[{'role':'bot','content':'a'}]|input[0].role",
        "input|[{'role':'user','content':[{'type':'input_image','image_url':'file:///x'}]}]"
            + "|input[0].content[0].image_url",
        "input|[{'type':'function_call_output','call_id':'x','output':'y'}]|input[0].call_id",
        "input|[{'type':'function_call','call_id':'x','name':'','arguments':''}]|input[0].name",
        "tools|[{'type':'web_search'}]|tools",
        "tools|[{'type':'function'}]|tools[0].name",
        "tools|[{'type':'function','name':'a','parameters':[]}]|tools[0].parameters",
        "tools|[{'type':'function','name':'a'},{'type':'custom','name':'a'}]|tools[1].name",
        "tool_choice|'required'|tool_choice",
        "tool_choice|'maybe'|tool_choice",
        "tool_choice|{'type':'function','name':'a'}|tool_choice.name",
        "tool_choice|{'type':'file_search'}|tool_choice.type",
        "text|{'format':{'type':'xml'}}|text.format.type",
        "text|{'format':{'type':'json_schema','schema':1}}|text.format.schema",
        "reasoning|{'effort':'extreme'}|reasoning.effort",
        "max_output_tokens|0|max_output_tokens",
        "top_logprobs|21|top_logprobs",
        "metadata|{'a':1}|metadata.a",
        "temperature|101|temperature",
      })
  void namesTheFieldThatIsWrong(String field, String value, String named) {
    ObjectNode body = (ObjectNode) Bodies.json("{'model':'m','input':'hi'}");
    body.set(field, Bodies.json(value));
    assertThatExceptionOfType(ChatException.class)
        .isThrownBy(() -> ResponsesRequest.read(Fields.of(body, ""), Caller.LOCAL))
        .matches(e -> e.kind() == ChatException.Kind.INVALID_REQUEST)
        .matches(e -> e.field().equals(named), "field " + named);
  }

  @Test
  void mutatedBodiesAreReadOrRefused() {
    long seed = 31;
    Random random = new Random(seed);
    JsonNode valid = Bodies.json(AGENT);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      Fields body = Fields.of(Bodies.mutated(valid, random), "");
      try {
        ResponsesRequest.read(body, Caller.LOCAL);
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
