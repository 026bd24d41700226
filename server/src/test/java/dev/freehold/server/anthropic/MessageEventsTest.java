package dev.freehold.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.CarriedSeal;
import dev.freehold.server.wire.CarriedThought;
import dev.freehold.server.wire.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MessageEventsTest {
  private static List<ObjectNode> events(Script script, boolean showsThinking) {
    List<ObjectNode> events = new ArrayList<>();
    MessageJson json = new MessageJson("msg_1", "m", List.of(), showsThinking);
    AnswerParts parts =
        new AnswerParts(
            new MessageEvents(
                json,
                Bodies.counting(),
                (name, event) -> {
                  assertThat(event.get("type").stringValue()).isEqualTo(name);
                  events.add(event);
                }));
    script.events().forEach(parts);
    return events;
  }

  private static ObjectNode whole(Script script, boolean showsThinking) {
    AnswerParts parts = new AnswerParts();
    script.events().forEach(parts);
    return new MessageJson("msg_1", "m", List.of(), showsThinking)
        .whole(parts.parts(), script.finished(), Bodies.counting());
  }

  /// What a client makes of events, by the rules of Anthropic's own client: blocks are appended
  /// when they start, deltas go to the block with their index, and usage is overwritten.
  private static ObjectNode accumulated(List<ObjectNode> events) {
    ObjectNode message = (ObjectNode) events.getFirst().get("message").deepCopy();
    StringBuilder json = new StringBuilder();
    int open = -1;
    for (ObjectNode event : events) {
      int index = event.path("index").asInt(-1);
      switch (event.get("type").stringValue()) {
        case "message_start" -> assertThat(event).isSameAs(events.getFirst());
        case "content_block_start" -> {
          assertThat(open).as("a block is open").isEqualTo(-1);
          assertThat(index).isEqualTo(message.get("content").size());
          open = index;
          json.setLength(0);
          message.withArray("content").add(event.get("content_block").deepCopy());
        }
        case "content_block_delta" -> {
          assertThat(index).isEqualTo(open);
          grow((ObjectNode) message.get("content").get(index), event.get("delta"), json);
        }
        case "content_block_stop" -> {
          assertThat(index).isEqualTo(open);
          ObjectNode block = (ObjectNode) message.get("content").get(index);
          if (!json.isEmpty()) {
            block.set("input", JsonMapper.shared().readTree(json.toString()));
          }
          open = -1;
        }
        case "message_delta" -> {
          assertThat(open).isEqualTo(-1);
          message.setAll((ObjectNode) event.get("delta"));
          ((ObjectNode) message.get("usage")).setAll((ObjectNode) event.get("usage"));
        }
        case "message_stop" -> assertThat(event).isSameAs(events.getLast());
        default -> throw new AssertionError("unknown event " + event);
      }
    }
    return message;
  }

  private static void grow(ObjectNode block, JsonNode delta, StringBuilder json) {
    switch (delta.get("type").stringValue()) {
      case "text_delta" ->
          block.put("text", block.get("text").stringValue() + delta.get("text").stringValue());
      case "thinking_delta" ->
          block.put(
              "thinking",
              block.get("thinking").stringValue() + delta.get("thinking").stringValue());
      case "signature_delta" -> block.set("signature", delta.get("signature"));
      case "input_json_delta" -> json.append(delta.get("partial_json").stringValue());
      default -> throw new AssertionError("unknown delta " + delta);
    }
  }

  @Test
  void tellsThinkingTextAndCalls() {
    Script script =
        Script.prompt(30, 10)
            .thinks("Hm", "m.")
            .says("Let me", " see.")
            .calls("read", "{\"path\":", "\"a\"}")
            .calls("list")
            .ends(FinishReason.TOOL_CALLS);
    assertThat(events(script, true))
        .containsExactly(
            object(
                "{'type':'message_start','message':{'id':'msg_1','type':'message',"
                    + "'role':'assistant','model':'m','content':[],'stop_reason':null,"
                    + "'stop_sequence':null,'stop_details':null,'usage':{'input_tokens':20,"
                    + "'cache_creation_input_tokens':0,'cache_read_input_tokens':10,"
                    + "'output_tokens':0}}}"),
            object(
                "{'type':'content_block_start','index':0,'content_block':"
                    + "{'type':'thinking','thinking':'','signature':''}}"),
            delta(0, "{'type':'thinking_delta','thinking':'Hm'}"),
            delta(0, "{'type':'thinking_delta','thinking':'m.'}"),
            delta(
                0,
                "{'type':'signature_delta',"
                    + "'signature':'fyMCyG0AX+1Dl+70E0wsA+tjJCaESfXPl1leYweULDE='}"),
            object("{'type':'content_block_stop','index':0}"),
            object(
                "{'type':'content_block_start','index':1,'content_block':"
                    + "{'type':'text','text':'','citations':null}}"),
            delta(1, "{'type':'text_delta','text':'Let me'}"),
            delta(1, "{'type':'text_delta','text':' see.'}"),
            object("{'type':'content_block_stop','index':1}"),
            object(
                "{'type':'content_block_start','index':2,'content_block':{'type':'tool_use',"
                    + "'id':'toolu_1','name':'read','input':{},'caller':{'type':'direct'}}}"),
            delta(2, "{'type':'input_json_delta','partial_json':'{\\'path\\':'}"),
            delta(2, "{'type':'input_json_delta','partial_json':'\\'a\\'}'}"),
            object("{'type':'content_block_stop','index':2}"),
            object(
                "{'type':'content_block_start','index':3,'content_block':{'type':'tool_use',"
                    + "'id':'toolu_2','name':'list','input':{},'caller':{'type':'direct'}}}"),
            object("{'type':'content_block_stop','index':3}"),
            object(
                "{'type':'message_delta','delta':{'stop_reason':'tool_use','stop_sequence':null,"
                    + "'stop_details':null},'usage':{'input_tokens':20,"
                    + "'cache_creation_input_tokens':0,'cache_read_input_tokens':10,"
                    + "'output_tokens':7,'output_tokens_details':{'thinking_tokens':2}}}"),
            object("{'type':'message_stop'}"));
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) Bodies.json(json);
  }

  private static ObjectNode delta(int index, String delta) {
    return object("{'type':'content_block_delta','index':%d,'delta':%s}".formatted(index, delta));
  }

  @Test
  void joinedEventsAreTheWholeMessage() {
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      Script script = Script.random(random);
      boolean shows = random.nextBoolean();
      assertThat(accumulated(events(script, shows)))
          .as("answer %d: %s", i, script.events())
          .isEqualTo(whole(script, shows));
    }
  }

  @Test
  void hiddenThinkingIsCarriedInTheSignature() {
    Script script = Script.prompt(3, 0).thinks("a", "b").says("c").ends(FinishReason.END);
    List<ObjectNode> events = events(script, false);
    assertThat(events.toString()).doesNotContain("thinking_delta");
    assertThat(events.get(2).get("delta"))
        .isEqualTo(
            Bodies.json(
                "{'type':'signature_delta','signature':'%s'}"
                    .formatted(CarriedThought.encode("ab"))));
  }

  @Test
  void sealsOfOthersAreToldAsSignatures() {
    ChatEvent.ReasoningSealed seal = new ChatEvent.ReasoningSealed("north", "s1", false);
    ChatEvent.ReasoningSealed redacted = new ChatEvent.ReasoningSealed("north", "s2", true);
    Script script =
        Script.prompt(3, 0)
            .thinks("a", "b")
            .tells(seal)
            .tells(redacted)
            .thinks("c")
            .tells(seal)
            .says("d")
            .ends(FinishReason.END);
    for (boolean shows : new boolean[] {true, false}) {
      ObjectNode message = whole(script, shows);
      assertThat(accumulated(events(script, shows))).isEqualTo(message);
      assertThat(message.at("/content/0/signature").stringValue())
          .isEqualTo(CarriedSeal.encode(seal, shows ? "" : "ab"));
      assertThat(message.at("/content/1"))
          .isEqualTo(
              Bodies.json(
                  "{'type':'redacted_thinking','data':'%s'}"
                      .formatted(CarriedSeal.encode(redacted, ""))));
      assertThat(message.at("/content/2/thinking").stringValue()).isEqualTo(shows ? "c" : "");
      assertThat(message.at("/content/3/text").stringValue()).isEqualTo("d");
    }
  }

  @Test
  void saysWhyItStopped() {
    assertThat(end(Script.prompt(3, 0).says("a").ends(FinishReason.END)))
        .isEqualTo("end_turn null");
    assertThat(end(Script.prompt(3, 0).says("a").ends(FinishReason.MAX_TOKENS)))
        .isEqualTo("max_tokens null");
    assertThat(end(Script.prompt(3, 0).says("a").ends(FinishReason.CONTEXT_FULL)))
        .isEqualTo("model_context_window_exceeded null");
    assertThat(end(Script.prompt(3, 0).says("a").ends(FinishReason.STOP_STRING, "###")))
        .isEqualTo("stop_sequence \"###\"");
  }

  private static String end(Script script) {
    ObjectNode message = whole(script, true);
    return message.get("stop_reason").stringValue() + " " + message.get("stop_sequence");
  }

  @Test
  void argumentsThatBrokeOffAreNoArguments() {
    ObjectNode message =
        whole(
            Script.prompt(3, 0).calls("read", "{\"path\":\"/et").ends(FinishReason.MAX_TOKENS),
            true);
    assertThat(message.get("content").get(0).get("input")).isEqualTo(Bodies.json("{}"));
    assertThat(message.get("stop_reason").stringValue()).isEqualTo("max_tokens");
  }

  @Test
  void anAnswerThatBreaksOffHasNoEnd() {
    List<ObjectNode> events =
        events(Script.prompt(3, 0).says("a").fails(new ChatException("", "broken")), true);
    assertThat(events.getLast().get("type").stringValue()).isEqualTo("content_block_delta");
  }
}
