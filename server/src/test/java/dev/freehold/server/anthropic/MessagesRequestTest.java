package dev.freehold.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.CarriedSeal;
import dev.freehold.server.wire.CarriedThought;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class MessagesRequestTest {
  /// What an agent sends in its second turn.
  private static final String AGENT =
      """
      {'model':'m','max_tokens':4096,'stream':true,'temperature':0.5,'top_k':20,'top_p':0.9,
       'stop_sequences':['STOP'],'metadata':{'user_id':'u'},
       'system':[{'type':'text','text':'x-anthropic-billing-header: cc_version=1; cch=ab12;'},
                 {'type':'text','text':'You help.','cache_control':{'type':'ephemeral'}}],
       'thinking':{'type':'enabled','budget_tokens':2000},
       'tools':[{'name':'read','description':'Reads.','input_schema':{'type':'object'}}],
       'tool_choice':{'type':'auto','disable_parallel_tool_use':true},
       'messages':[
        {'role':'user','content':'Look at a.txt'},
        {'role':'assistant','content':[
          {'type':'thinking','thinking':'Read it.','signature':'abc'},
          {'type':'text','text':'I will read it.'},
          {'type':'tool_use','id':'toolu_1','name':'read','input':{'path':'a.txt'}}]},
        {'role':'user','content':[
          {'type':'tool_result','tool_use_id':'toolu_1','is_error':true,
           'content':[{'type':'text','text':'no such file'}]},
          {'type':'text','text':'Well?'}]}]}
      """;

  private static MessagesRequest read(String body) {
    return MessagesRequest.read(Bodies.fields(body), Caller.LOCAL);
  }

  private static Input.Conversation conversation(String body) {
    return (Input.Conversation) read(body).chat().input();
  }

  private static List<Part> parts(String text) {
    return List.of(new Part.Text(text));
  }

  @Test
  void readsAnAgentsTurn() {
    MessagesRequest request = read(AGENT);
    assertThat(request.stream()).isTrue();
    assertThat(request.showsThinking()).isTrue();
    assertThat(request.chat().model()).isEqualTo("m");
    assertThat(request.chat().ending())
        .isEqualTo(new Ending(List.of("STOP"), OptionalInt.of(4096), OptionalInt.of(2000)));
    assertThat(request.chat().sampling().values())
        .containsEntry(SamplingParameter.TEMPERATURE, 0.5)
        .containsEntry(SamplingParameter.TOP_K, 20.0)
        .containsEntry(SamplingParameter.TOP_P, 0.9)
        .hasSize(3);
    assertThat(request.chat().output().toolChoice()).isEqualTo(ToolChoice.AUTO);
    assertThat(request.chat().output().parallelCalls()).isFalse();
    assertThat(request.chat().output().asWritten()).isFalse();
    Input.Conversation input = (Input.Conversation) request.chat().input();
    assertThat(input.tools())
        .containsExactly(new Tool("read", "Reads.", Bodies.json("{'type':'object'}")));
    assertThat(input.templateOptions().get("enable_thinking")).isEqualTo(Bodies.json("true"));
    assertThat(input.messages())
        .containsExactly(
            Message.system("You help."),
            Message.user("Look at a.txt"),
            new Message.Assistant(
                parts("I will read it."),
                "Read it.",
                List.of(new ToolCall("toolu_1", "read", Bodies.json("{'path':'a.txt'}")))),
            new Message.ToolResult(parts("Error: no such file"), "toolu_1", "read"),
            Message.user("Well?"));
  }

  @Test
  void thinkingIsOffUnlessAskedFor() {
    String body = "{'model':'m','max_tokens':5000,'messages':[{'role':'user','content':'a'}]%s}";
    assertThat(conversation(body.formatted("")).templateOptions())
        .containsEntry("enable_thinking", Bodies.json("false"));
    assertThat(
            conversation(
                    body.formatted(
                        ",'thinking':{'type':'adaptive'},'output_config':{'effort':'max'}"))
                .templateOptions())
        .containsEntry("enable_thinking", Bodies.json("true"))
        .containsEntry("reasoning_effort", Bodies.json("'high'"));
  }

  @Test
  void carriesThoughtsThatAreNotShown() {
    String body =
        """
        {'model':'m','max_tokens':5,'thinking':{'type':'adaptive','display':'omitted'},'messages':[
         {'role':'user','content':'a'},
         {'role':'assistant','content':[
          {'type':'thinking','thinking':'','signature':'%s'},
          {'type':'redacted_thinking','data':'of another vendor'},
          {'type':'text','text':'b'}]},
         {'role':'user','content':'c'}]}
        """
            .formatted(CarriedThought.encode("Grüße, 42"));
    assertThat(read(body).showsThinking()).isFalse();
    assertThat(conversation(body).messages().get(1))
        .isEqualTo(new Message.Assistant(parts("b"), "Grüße, 42", List.of()));
  }

  @Test
  void sealedThinkingIsKeptInItsPlaces() {
    ChatEvent.ReasoningSealed seal = new ChatEvent.ReasoningSealed("north", "s1", false);
    ChatEvent.ReasoningSealed redacted = new ChatEvent.ReasoningSealed("north", "s2", true);
    String body =
        """
        {'model':'m','max_tokens':5,'messages':[
         {'role':'user','content':'a'},
         {'role':'assistant','content':[
          {'type':'thinking','thinking':'First.','signature':'%s'},
          {'type':'text','text':'b'},
          {'type':'redacted_thinking','data':'%s'}]},
         {'role':'user','content':'c'}]}
        """
            .formatted(CarriedSeal.encode(seal, ""), CarriedSeal.encode(redacted, ""));
    assertThat(conversation(body).messages().get(1))
        .isEqualTo(
            new Message.Assistant(
                parts("b"),
                "First.",
                List.of(),
                List.of(
                    new SealedThought("north", "First.", "s1", false, 0),
                    new SealedThought("north", "", "s2", true, 1))));
  }

  @Test
  void joinsTurnsOfOneRoleAndReadsDocuments() {
    assertThat(
            conversation(
                    """
                    {'model':'m','max_tokens':5,'messages':[
                     {'role':'user','content':'a'},
                     {'role':'user','content':[{'type':'document','title':'T','source':
                       {'type':'text','media_type':'text/plain','data':'body'}},
                      {'type':'search_result','title':'S','source':'http://s','content':
                       [{'type':'text','text':'found'}]}]},
                     {'role':'assistant','content':'x'},
                     {'role':'assistant','content':[{'type':'text','text':'y'}]},
                     {'role':'system','content':'now brief'},
                     {'role':'user','content':'b'}]}
                    """)
                .messages())
        .containsExactly(
            new Message.User(
                List.of(
                    new Part.Text("a"),
                    new Part.Text("T\nbody"),
                    new Part.Text("S\nhttp://s\nfound"))),
            new Message.Assistant(List.of(new Part.Text("x"), new Part.Text("y")), "", List.of()),
            Message.system("now brief"),
            Message.user("b"));
  }

  @Test
  void readsChoicesAndFormats() {
    String body =
        """
        {'model':'m','max_tokens':5,'messages':[{'role':'user','content':'a'}],
         'tools':[{'type':'custom','name':'t','input_schema':{'type':'object'},'strict':true}],%s}
        """;
    assertThat(read(body.formatted("'tool_choice':{'type':'any'}")).chat().output().toolChoice())
        .isEqualTo(new ToolChoice.Required());
    assertThat(read(body.formatted("'tool_choice':{'type':'none'}")).chat().output().toolChoice())
        .isEqualTo(new ToolChoice.None());
    assertThat(
            read(body.formatted("'tool_choice':{'type':'tool','name':'t'}"))
                .chat()
                .output()
                .toolChoice())
        .isEqualTo(new ToolChoice.Named("t"));
    String schema = "{'type':'json_schema','schema':{'type':'array'}}";
    OutputFormat wanted = new OutputFormat.JsonSchema(Bodies.json("{'type':'array'}"));
    assertThat(read(body.formatted("'output_config':{'format':" + schema + "}")).chat().output())
        .matches(output -> output.format().equals(wanted));
    assertThat(read(body.formatted("'output_format':" + schema)).chat().output())
        .matches(output -> output.format().equals(wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "max_tokens|null|max_tokens",
        "max_tokens|0|max_tokens",
        "max_tokens|1.5|max_tokens",
        "model|null|model",
        "messages|[]|messages",
        "messages|'a'|messages",
        "messages|[{'role':'bot','content':'a'}]|messages[0].role",
        "messages|[{'role':'user'}]|messages[0].content",
        "messages|[{'role':'assistant','content':'a '}]|messages[0].content",
        "messages|[{'role':'assistant','content':[]}]|messages[0].content",
        "messages|[{'role':'assistant','content':[{'type':'tool_use','id':'i','name':'n',"
            + "'input':{}}]}]|messages[0].content",
        "messages|[{'role':'user','content':[{'type':'image','source':{'type':'url','url':'file:///x'}}]}]"
            + "|messages[0].content[0].source.url",
        "messages|[{'role':'user','content':[{'type':'document','source':{'type':'url'}}]}]"
            + "|messages[0].content[0].source.type",
        "messages|[{'role':'user','content':[{'type':'tool_result','tool_use_id':'x'}]}]"
            + "|messages[0].content[0].tool_use_id",
        "messages|[{'role':'user','content':[{'type':'text','text':7}]}]"
            + "|messages[0].content[0].text",
        "system|7|system",
        "system|[{'type':'image'}]|system[0].type",
        "stop_sequences|['a','']|stop_sequences[1]",
        "temperature|-1|temperature",
        "temperature|'hot'|temperature",
        "top_p|2|top_p",
        "tools|[{'name':'a'}]|tools[0].input_schema",
        "tools|[{'name':'a','input_schema':[]}]|tools[0].input_schema",
        "tools|[{'name':'','input_schema':{}}]|tools[0].name",
        "tools|[{'type':'web_search_20250305','name':'web_search'}]|tools[0].type",
        "tool_choice|{'type':'any'}|tool_choice.type",
        "tool_choice|{'type':'tool','name':'t'}|tool_choice.name",
        "tool_choice|'auto'|tool_choice",
        "thinking|{'type':'enabled'}|thinking.budget_tokens",
        "thinking|{'type':'enabled','budget_tokens':1024}|thinking.budget_tokens",
        "thinking|{'type':'deep'}|thinking.type",
        "output_config|{'format':{'type':'json_schema','schema':7}}|output_config.format.schema",
        "output_config|{'effort':'huge'}|output_config.effort",
        "container|'c'|container",
        "mcp_servers|[{}]|mcp_servers",
        "stream|'yes'|stream",
      })
  void namesTheFieldThatIsWrong(String field, String value, String named) {
    tools.jackson.databind.node.ObjectNode body =
        (tools.jackson.databind.node.ObjectNode)
            Bodies.json("{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'a'}]}");
    body.set(field, Bodies.json(value));
    assertThatExceptionOfType(ChatException.class)
        .isThrownBy(() -> MessagesRequest.read(Fields.of(body, ""), Caller.LOCAL))
        .matches(e -> e.kind() == ChatException.Kind.INVALID_REQUEST)
        .matches(e -> e.field().equals(named), "field " + named)
        .withMessageStartingWith(named + ": ");
  }

  @Test
  void countsWithoutMaxTokens() {
    MessagesRequest request =
        MessagesRequest.readForCounting(
            Bodies.fields("{'model':'m','messages':[{'role':'user','content':'a'}]}"),
            Caller.LOCAL);
    assertThat(request.chat().ending().maxTokens()).isEmpty();
  }

  @Test
  void mutatedBodiesAreReadOrRefused() {
    long seed = 20261121;
    Random random = new Random(seed);
    JsonNode valid = Bodies.json(AGENT);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      JsonNode body = Bodies.mutated(valid, random);
      try {
        MessagesRequest.read(Fields.of(body, ""), Caller.LOCAL);
        read++;
      } catch (ChatException e) {
        assertThat(e.kind()).isEqualTo(ChatException.Kind.INVALID_REQUEST);
        assertThat(e.field()).as("seed %d, %s", seed, body).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d, body %s".formatted(seed, body), e);
      }
    }
    assertThat(read).isBetween(1_000, 19_000);
  }
}
