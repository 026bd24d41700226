package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `freehold desk`: a desk by hand, and the day that is played.
class DeskCommandTest {
  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  @Test
  void aTicketIsDecidedByHand() throws IOException {
    Path shop = home.resolve("shop");
    Result made = run("desk", "init", "" + shop, "--model", "demo");
    assertThat(made.exit()).as(made.err()).isEqualTo(Exit.OK);
    Files.writeString(
        shop.resolve("inbox/one.json"),
        "{\"id\":\"one\",\"from\":\"a@b.example\",\"text\":\"How long does a parcel take?\"}");
    Result first = run("desk", "serve", "" + shop, "--once");
    assertThat(first.exit()).as(first.err()).isEqualTo(Exit.OK);
    assertThat(first.out()).contains("answered 0, waiting for a person 1");
    assertThat(run("desk", "waiting", "" + shop).out())
        .contains("Which team answers this?", "ticket:", "How long does a parcel take?");
    decide(shop, "delivery", "choice");
    run("desk", "serve", "" + shop, "--once");
    assertThat(run("desk", "waiting", "" + shop).out())
        .contains("Send this to a@b.example?", "ticket:", "How long does a parcel take?", "note:");
    decide(shop, "Two to three working days.", "text");
    Result last = run("desk", "serve", "" + shop, "--once");
    assertThat(last.out()).as(last.err()).contains("answered 1, waiting for a person 0");
    JsonNode reply = StrictJson.parse(shop.resolve("outbox/one.json"));
    assertThat(reply.path("text").asString("")).isEqualTo("Two to three working days.");
    assertThat(reply.path("to").asString("")).isEqualTo("a@b.example");
    assertThat(Files.readAllLines(shop.resolve("cases.jsonl"))).hasSize(2);
    assertThat(run("desk", "waiting", "" + shop).out()).contains("0 wait");
  }

  /// Decides the only thing that waits with a text, or with a choice of the model's own.
  private void decide(Path shop, String text, String field) {
    Result waiting = run("desk", "waiting", "" + shop, "--json");
    JsonNode asked =
        StrictJson.parse(
            waiting.out().getBytes(java.nio.charset.StandardCharsets.UTF_8), "waiting");
    assertThat(asked.at("/asked/payload").has(field)).as(waiting.out()).isTrue();
    String run = asked.path("run").asString("");
    Result wrong = run("desk", "decide", "" + shop, "nowhere", "--send");
    assertThat(wrong.exit()).isNotEqualTo(Exit.OK);
    Result decided = run("desk", "decide", "" + shop, run, "--edit", text);
    assertThat(decided.exit()).as(decided.err()).isEqualTo(Exit.OK);
    assertThat(run("desk", "decide", "" + shop, run, "--send").exit()).isNotEqualTo(Exit.OK);
  }

  @Test
  void anEmptyDraftThatIsSentSendsNothing() throws IOException {
    Path shop = home.resolve("shop");
    run("desk", "init", "" + shop, "--model", "demo");
    Files.writeString(shop.resolve("inbox/two.txt"), "Who sells bumblebees?");
    run("desk", "serve", "" + shop, "--once");
    decide(shop, "other", "choice");
    run("desk", "serve", "" + shop, "--once");
    String id =
        StrictJson.parse(
                run("desk", "waiting", "" + shop, "--json")
                    .out()
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "waiting")
            .path("run")
            .asString("");
    assertThat(run("desk", "decide", "" + shop, id, "--send").exit()).isEqualTo(Exit.OK);
    Result last = run("desk", "serve", "" + shop, "--once");
    assertThat(last.out()).as(last.err()).contains("answered 1, waiting for a person 0, failed 0");
    assertThat(shop.resolve("outbox")).doesNotExist();
  }

  @Test
  void mistakesInTheSettingsAreNamed() throws IOException {
    Path shop = home.resolve("shop");
    assertThat(run("desk", "serve", "" + shop).err()).contains("there is no desk");
    run("desk", "init", "" + shop);
    assertThat(run("desk", "init", "" + shop).err()).contains("there is a desk already");
    for (String[] wrong :
        new String[][] {
          {"{\"modle\":\"demo\"}", "modle: is not known"},
          {"{\"at-once\":0}", "at-once: expected a number from 1 to 64"},
          {"{\"model\":\"demo\",\"smtp\":{\"sender\":\"a@b\"}}", "smtp.host: is missing"},
          {"{\"model\":\"demo\",\"webhook\":{\"token-from\":\"NONE\"}}", "NONE is not set"},
          {"{\"model\":\"demo\",\"webhook\":{}}", "webhook.token-from: is missing"},
          {"{\"model\":\"demo\",\"post\":{\"url\":\"file:///x\"}}", "post.url: expected"},
          {"[]", "expected an object"}
        }) {
      Files.writeString(shop.resolve("desk.json"), wrong[0]);
      Result result = run("desk", "serve", "" + shop, "--once");
      assertThat(result.exit()).as(wrong[0]).isNotEqualTo(Exit.OK);
      assertThat(result.err()).contains(wrong[1]);
    }
  }

  @Test
  void aDayWithAnOutageAndACrashLosesNothing() {
    Result day = run("desk", "demo", "--tickets", "12", "--keep", "" + home.resolve("day"));
    assertThat(day.exit()).as(day.out() + day.err()).isEqualTo(Exit.OK);
    assertThat(day.out())
        .contains("the vendor is gone", "kill -9 of the desk", "the vendor is back")
        .contains("    0 lost", "    0 answered twice", "   12 answers sent");
  }
}
