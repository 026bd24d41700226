package dev.freehold.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Handling;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.gateway.EngineUpstream;
import dev.freehold.gateway.FastClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final String FILE =
      """
      local-only-keys: [legal]
      backends:
        far: {url: "https://far.example/v1"}
        near: {url: "http://10.0.0.7/v1", local: true}
      routes:
        default:
          order: ORDER
          sticky: true
          personal-data: stays
          targets:
            - {backend: far, model: a, context: 1000, weight: 3, cost: 5, can: [tools, images]}
            - {backend: near, model: b, weight: 1, cost: 1, can: [tools, schema]}
        far-only:
          last-resort: false
          targets: [{backend: far, model: a, context: 1000}]
      """;

  private final Affinity affinity = new Affinity();
  private final Pace pace = new Pace();
  private final Planner planner = new Planner(affinity, pace, new SplittableRandom(3));

  private static Routes routes(String order) {
    return RoutesFile.parse(
        FILE.replace("ORDER", order),
        Path.of("gateway.yaml"),
        new RoutesFile.Surroundings(
            name -> Optional.empty(),
            Optional.of(
                new RoutesFile.OwnEngine(
                    new EngineUpstream("engine", (request, events, cancellation) -> {}), "own")),
            way ->
                (call, most, cancellation) -> {
                  throw new IllegalStateException("nothing is sent here");
                },
            spec -> {
              throw new IllegalStateException("nothing is started here");
            },
            FastClock.TIME));
  }

  private static ChatRequest request(Part... parts) {
    return new ChatRequest(
        "",
        Input.Conversation.of(List.of(new Message.User(List.of(parts)))),
        Sampling.UNSAID,
        Ending.NATURAL,
        Output.FREE,
        Caller.LOCAL);
  }

  private static ChatRequest request(String text) {
    return request(new Part.Text(text));
  }

  private List<String> plan(ChatRequest request, String order) {
    Routes routes = routes(order);
    Route route = routes.find(request.model()).orElseThrow();
    return planner.plan(request, route, routes).candidates().stream()
        .map(candidate -> candidate.target().id())
        .toList();
  }

  @Test
  void orders() {
    assertThat(plan(request("a"), "listed")).containsExactly("far/a", "near/b", "engine/own");
    assertThat(plan(request("a"), "cheapest")).containsExactly("near/b", "far/a", "engine/own");
    Route route = routes("fastest").find("").orElseThrow();
    pace.first(route.targets().get(0), Duration.ofSeconds(2));
    pace.first(route.targets().get(1), Duration.ofSeconds(1));
    assertThat(plan(request("a"), "fastest")).containsExactly("near/b", "far/a", "engine/own");
    Map<String, Integer> firsts = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      firsts.merge(plan(request("a"), "weighted").getFirst(), 1, Integer::sum);
    }
    assertThat(firsts.keySet()).containsExactlyInAnyOrder("far/a", "near/b");
    assertThat(firsts.get("far/a")).isBetween(700, 800);
  }

  @Test
  void aConversationStaysWithItsTarget() {
    ChatRequest asked = request("how it begins");
    Route route = routes("listed").find("").orElseThrow();
    affinity.answered(Affinity.key(asked, route), "near/b");
    assertThat(plan(asked, "listed").getFirst()).isEqualTo("near/b");
    assertThat(plan(request("another one"), "listed").getFirst()).isEqualTo("far/a");
  }

  @Test
  void whatMustNotLeaveDoesNot() {
    ChatRequest plain = request("a");
    ChatRequest header = plain.withCaller(Caller.LOCAL.withHandling(new Handling(true, false, "")));
    ChatRequest key = plain.withCaller(new Caller("legal", Caller.Priority.NORMAL, true));
    ChatRequest personal = request("write to ann@example.org");
    ChatRequest image = request(Part.Image.of("image/png", "aGk="));
    for (ChatRequest each : List.of(header, key, personal)) {
      assertThat(plan(each, "listed")).containsExactly("near/b", "engine/own");
    }
    assertThatThrownBy(() -> plan(image, "listed"))
        .as("only the far one reads images, and an image is not looked into")
        .isInstanceOf(ChatException.class);
    assertThatThrownBy(() -> plan(header.withModel("far-only"), "listed"))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("must not leave")
        .hasMessageContaining("x-freehold-local-only");
  }

  @Test
  void whatCannotDoItIsNotAsked() {
    ChatRequest json =
        request("a").withOutput(Output.FREE.withFormat(new OutputFormat.JsonObject()));
    assertThat(plan(json, "listed")).containsExactly("near/b", "engine/own");
    assertThatThrownBy(
            () -> plan(request(Part.Image.at("http://x/y")).withModel("far-only"), "listed"))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_SUPPORTED))
        .hasMessageContaining("image_links");
    ChatRequest large = request("x".repeat(8_001));
    assertThat(plan(large, "listed")).containsExactly("near/b", "engine/own");
    assertThatThrownBy(() -> plan(large.withModel("far-only"), "listed"))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONTEXT_EXCEEDED));
  }
}
