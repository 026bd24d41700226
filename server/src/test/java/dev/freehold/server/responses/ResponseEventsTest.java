package dev.freehold.server.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Caller;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.Problem;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.CarriedThought;
import dev.freehold.server.wire.Script;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ResponseEventsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_795_000_000);
  private static final String PLAIN = "{'model':'m','input':'hi'}";

  private final List<ObjectNode> events = new ArrayList<>();

  private ResponseEvents listener(String body) {
    ResponsesRequest request = ResponsesRequest.read(Bodies.fields(body), Caller.LOCAL);
    return new ResponseEvents(
        new ResponseJson("resp_1", NOW, request),
        request,
        Bodies.counting(),
        () -> NOW,
        (name, event) -> {
          assertThat(event.get("type").stringValue()).isEqualTo(name);
          events.add(event);
        });
  }

  private ObjectNode answer(String body, Script script) {
    ResponseEvents listener = listener(body);
    AnswerParts parts = new AnswerParts(listener);
    script.events().forEach(parts);
    return listener.response();
  }

  private List<String> types() {
    return events.stream().map(event -> event.get("type").stringValue()).toList();
  }

  /// What a client makes of events, by the rules of OpenAI's own client: items and parts may only
  /// be appended at the end, and events go to the item with their index and id.
  private ArrayNode accumulated() {
    ArrayNode output = (ArrayNode) events.getFirst().get("response").get("output").deepCopy();
    for (int i = 0; i < events.size(); i++) {
      ObjectNode event = events.get(i);
      assertThat(event.get("sequence_number").intValue()).isEqualTo(i);
      String type = event.get("type").stringValue();
      int index = event.path("output_index").asInt(-1);
      if (type.equals("response.output_item.added")) {
        assertThat(index).isEqualTo(output.size());
        output.add(event.get("item").deepCopy());
      } else if (type.equals("response.output_item.done")) {
        ObjectNode item = (ObjectNode) output.get(index);
        ObjectNode done = (ObjectNode) event.get("item");
        item.set("status", done.get("status"));
        assertThat(item).as("the item that the pieces join to").isEqualTo(done);
      } else if (index >= 0) {
        ObjectNode item = (ObjectNode) output.get(index);
        assertThat(event.get("item_id")).isEqualTo(item.get("id"));
        grow(item, type, event);
      }
    }
    return output;
  }

  private static void grow(ObjectNode item, String type, ObjectNode event) {
    int part = event.path("content_index").asInt(-1);
    switch (type) {
      case "response.content_part.added" -> {
        assertThat(part).isEqualTo(item.get("content").size());
        item.withArray("content").add(event.get("part").deepCopy());
      }
      case "response.output_text.delta", "response.reasoning_text.delta" -> {
        ObjectNode text = (ObjectNode) item.get("content").get(part);
        text.put("text", text.get("text").stringValue() + event.get("delta").stringValue());
      }
      case "response.output_text.done", "response.reasoning_text.done" ->
          assertThat(item.get("content").get(part).get("text")).isEqualTo(event.get("text"));
      case "response.content_part.done" ->
          assertThat(item.get("content").get(part)).isEqualTo(event.get("part"));
      case "response.function_call_arguments.delta" ->
          item.put(
              "arguments", item.get("arguments").stringValue() + event.get("delta").stringValue());
      case "response.function_call_arguments.done" -> {
        assertThat(item.get("arguments")).isEqualTo(event.get("arguments"));
        assertThat(item.get("name")).isEqualTo(event.get("name"));
      }
      case "response.custom_tool_call_input.delta" ->
          item.put("input", item.get("input").stringValue() + event.get("delta").stringValue());
      case "response.custom_tool_call_input.done" ->
          assertThat(item.get("input")).isEqualTo(event.get("input"));
      default -> throw new AssertionError("unknown event " + event);
    }
  }

  @Test
  void tellsThinkingTextAndCallsInOrder() {
    ObjectNode response =
        answer(
            PLAIN,
            Script.prompt(30, 10)
                .thinks("Hm")
                .says("Let me", " see.")
                .calls("read", "{\"path\":", "\"a\"}")
                .ends(FinishReason.TOOL_CALLS));
    assertThat(types())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.reasoning_text.delta",
            "response.reasoning_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed");
    assertThat(Bodies.json(response.toString()))
        .isEqualTo(
            Bodies.json(
                "{'id':'resp_1','object':'response','created_at':1795000000,'status':'completed',"
                    + "'background':false,'error':null,'incomplete_details':null,'model':'m',"
                    + "'previous_response_id':null,'parallel_tool_calls':true,'store':false,"
                    + "'service_tier':'default','truncation':'disabled','top_logprobs':0,"
                    + "'instructions':null,'max_output_tokens':null,'prompt_cache_key':null,"
                    + "'safety_identifier':null,'temperature':null,'top_p':null,'user':null,"
                    + "'metadata':{},'tool_choice':'auto','tools':[],"
                    + "'reasoning':{'effort':null,'summary':null},"
                    + "'text':{'format':{'type':'text'}},'output':["
                    + "{'id':'rs_1','type':'reasoning','status':'completed','summary':[],"
                    + "'content':[{'type':'reasoning_text','text':'Hm'}]},"
                    + "{'id':'msg_2','type':'message','status':'completed','role':'assistant',"
                    + "'content':[{'type':'output_text','text':'Let me see.','annotations':[],"
                    + "'logprobs':[]}]},"
                    + "{'id':'fc_3','type':'function_call','status':'completed',"
                    + "'call_id':'call_4','name':'read','arguments':'{\\'path\\':\\'a\\'}'}],"
                    + "'usage':{'input_tokens':30,'input_tokens_details':{'cached_tokens':10},"
                    + "'output_tokens':6,'output_tokens_details':{'reasoning_tokens':2},"
                    + "'total_tokens':36},'completed_at':1795000000}"));
  }

  @Test
  void joinedEventsAreTheResponse() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      events.clear();
      Script script = Script.random(random);
      ObjectNode response = answer(PLAIN, script);
      assertThat(accumulated())
          .as("answer %d: %s", i, script.events())
          .isEqualTo(response.get("output"));
      assertThat(events.getLast().get("response")).isEqualTo(response);
    }
  }

  @Test
  void customToolsAreCalledWithText() {
    ObjectNode response =
        answer(
            """
            {'model':'m','input':'hi','tools':[{'type':'custom','name':'patch'},
             {'type':'namespace','name':'ns','tools':[{'type':'function','name':'f'}]}]}
            """,
            Script.prompt(1, 0)
                .calls("patch", "{\"input\":\"*** ", "Begin\\n\"}")
                .calls("ns__f", "{}")
                .ends(FinishReason.TOOL_CALLS));
    assertThat(response.get("output"))
        .isEqualTo(
            Bodies.json(
                "[{'id':'ctc_1','type':'custom_tool_call','status':'completed','call_id':'call_2',"
                    + "'name':'patch','input':'*** Begin\\n'},{'id':'fc_3','type':'function_call',"
                    + "'status':'completed','call_id':'call_4','name':'f','arguments':'{}',"
                    + "'namespace':'ns'}]"));
    assertThat(accumulated()).isEqualTo(response.get("output"));
    assertThat(types())
        .contains("response.custom_tool_call_input.delta", "response.custom_tool_call_input.done");
  }

  @Test
  void answersThatHadToEndAreIncomplete() {
    ObjectNode response =
        answer(PLAIN, Script.prompt(1, 0).says("a").ends(FinishReason.MAX_TOKENS));
    assertThat(types().getLast()).isEqualTo("response.incomplete");
    assertThat(response.get("status").stringValue()).isEqualTo("incomplete");
    assertThat(response.get("incomplete_details"))
        .isEqualTo(Bodies.json("{'reason':'max_output_tokens'}"));
    assertThat(response.get("output").get(0).get("status").stringValue()).isEqualTo("incomplete");
  }

  @Test
  void thinkingIsCarriedOnRequest() {
    ObjectNode response =
        answer(
            "{'model':'m','input':'hi','include':['reasoning.encrypted_content']}",
            Script.prompt(1, 0).thinks("Hm").says("a").ends(FinishReason.END));
    assertThat(response.get("output").get(0).get("encrypted_content").stringValue())
        .isEqualTo(CarriedThought.encode("Hm"));
  }

  @Test
  void probabilitiesComeWithTheirText() {
    answer(
        "{'model':'m','input':'hi','include':['message.output_text.logprobs']}",
        Script.prompt(1, 0).token("A", -0.5).ends(FinishReason.END));
    JsonNode delta =
        events.stream()
            .filter(event -> event.get("type").stringValue().equals("response.output_text.delta"))
            .findFirst()
            .orElseThrow();
    assertThat(delta.get("logprobs"))
        .isEqualTo(
            Bodies.json(
                "[{'token':'A','logprob':-0.5,'bytes':[65],'top_logprobs':["
                    + "{'token':'A','logprob':-0.5,'bytes':[65]}]}]"));
  }

  @Test
  void aBrokenAnswerEndsWithResponseFailed() {
    ResponseEvents listener = listener(PLAIN);
    AnswerParts parts = new AnswerParts(listener);
    Script.prompt(1, 0).says("a").events().forEach(parts);
    listener.failed(Problem.of(Problem.Kind.OVERLOADED, "no memory"));
    assertThat(types().getLast()).isEqualTo("response.failed");
    assertThat(listener.response().get("error"))
        .isEqualTo(Bodies.json("{'code':'rate_limit_exceeded','message':'no memory'}"));
  }
}
