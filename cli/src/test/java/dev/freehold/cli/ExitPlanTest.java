package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.tensor.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `exit plan` with a ledger of real requests.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExitPlanTest {
  private static final String ROUTES =
      """
      record: true
      backends:
        north: {url: "http://127.0.0.1:NORTH/v1", key: {environment: VENDOR_KEY}}
        south: {url: "http://127.0.0.1:SOUTH/v1"}
      routes:
        default:
          targets: [{backend: north, model: large}]
        both:
          targets: [{backend: north, model: large}, {backend: south, model: other}]
        frail:
          last-resort: false
          targets: [{backend: south, model: gone}]
        internal: {local-only: true, targets: []}
      retires: {north/large: 2027-01-31}
      """;

  @TempDir private Path home;

  /// What a command line printed and how it ended.
  private record Ran(Exit exit, String out, String err) {}

  private Ran plan(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] all =
        Stream.concat(
                Stream.of(
                    "exit",
                    "plan",
                    "--gateway",
                    "" + home.resolve("gateway.yaml"),
                    "--model",
                    "demo"),
                Arrays.stream(arguments))
            .toArray(String[]::new);
    Exit exit = Main.run(RunningGateway.surroundings(home, out, err), all);
    return new Ran(exit, RunningGateway.text(out), RunningGateway.text(err));
  }

  private static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "the plan");
  }

  @Test
  void whatDependsOnWhomAndWhatCouldTakeItsPlace() throws Exception {
    Path file = home.resolve("gateway.yaml");
    Path prices = home.resolve(".config/freehold/prices.yaml");
    Files.createDirectories(prices.getParent());
    Files.writeString(
        prices,
        "currency: EUR\nprices: [{backend: north, model: large, input: 1000, output: 1000}]\n");
    try (FakeVendor north = new FakeVendor();
        FakeVendor south = new FakeVendor()) {
      Files.writeString(
          file, ROUTES.replace("NORTH", "" + north.port()).replace("SOUTH", "" + south.port()));
      Ran empty = plan("--no-measure");
      assertThat(empty.exit()).as(empty.err()).isEqualTo(Exit.OK);
      assertThat(empty.err()).contains("there is no ledger");
      try (RunningGateway gateway = new RunningGateway(home, file)) {
        gateway.chat("default", "Who?");
        gateway.chat("default", "What?");
        gateway.chat("frail", "Who?");
        for (int i = 0; i < 25; i++) {
          gateway.chat("internal", "Question " + i);
        }
      }
      Ran ran = plan("--per-kwh", "0.5");
      assertThat(ran.exit()).as(ran.err()).isEqualTo(Exit.OK);
      assertThat(ran.out())
          .containsPattern("north +2 +6 +8 +0.0140 EUR +default\n")
          .containsPattern("south +1 +3 +4 +unknown \\(1 request\\) +frail\n")
          .contains("depends on north alone; then the model of serve answers")
          .contains("depends on south alone; then nobody answers")
          .contains("depends on north, south; each may fail")
          .contains("depends on no vendor")
          .contains("north/large: 2027-01-31 (", "by the file", "end of south/gone: unknown")
          .contains("asks for at most 7 tokens together; text alone in all of 2 recorded requests")
          .contains("(25 answers in the ledger, waiting included)", "EUR; it took 0.0140 EUR")
          .contains("freehold eval demo --traffic day.jsonl --task default");
      assertThat(ran.err()).as("the ledger knows the speed").doesNotContain("measuring");
      assertThat(north.requests).as("nobody was asked").noneMatch(one -> one.startsWith("GET "));
      Ran asked = plan("--ask", "--no-measure");
      assertThat(asked.out())
          .contains("by the file; 2027-03-01 (", "by the vendor")
          .contains("end of south/other: unknown")
          .contains("end of south/gone: the vendor does not list it");
      assertThat(north.requests.getLast())
          .startsWith("GET /v1/models ")
          .contains("Bearer sk-planted-secret");
      assertThat(ran.out() + asked.out() + asked.err()).doesNotContain("sk-planted");
    }
  }

  @Test
  void whatIsLackingAndADescribedMachine() throws Exception {
    Path file = home.resolve("gateway.yaml");
    try (FakeVendor vendor = new FakeVendor()) {
      Files.writeString(
          file, ROUTES.replace("NORTH", "" + vendor.port()).replace("SOUTH", "" + vendor.port()));
      Path machine = home.resolve("machine.yaml");
      String good = "name: box\ncores: 8\nmemory-bandwidth: 100\nint8-rate: 4\nwatts: 90\n";
      Files.writeString(machine, good + "memory: 64\n");
      JsonNode one = json(plan("--machine", "" + machine, "--json").out());
      Files.writeString(machine, good.replace("100", "200").replace("4", "8") + "memory: 64\n");
      JsonNode other = json(plan("--machine", "" + machine, "--json").out());
      for (String speed : new String[] {"prompt_tokens_per_s", "answer_tokens_per_s"}) {
        String at = "/routes/0/substitutes/0/" + speed;
        assertThat(other.at(at).doubleValue())
            .as("twice the machine, twice the speed")
            .isCloseTo(2 * one.at(at).doubleValue(), within(1e-3))
            .isPositive();
      }
      assertThat(one.at("/routes/0/substitutes/0/watts").doubleValue()).isEqualTo(90);
      Files.writeString(machine, good + "memory: 0.1\n");
      assertThat(plan("--machine", "" + machine).exit()).isEqualTo(Exit.OK);
      Files.writeString(machine, good + "memory: 64\nwats: 3\n");
      assertThat(plan("--machine", "" + machine).err()).contains("\"wats\" is not known here");
      Files.writeString(machine, good);
      assertThat(plan("--machine", "" + machine).err()).contains("memory: expected a number");
      Files.writeString(
          file, Files.readString(file).replace("north/large: 2027-01-31", "north/x: 2027-01-31"));
      assertThat(plan("--no-measure").err()).contains("retires.north/x: is no target");
    }
  }
}
