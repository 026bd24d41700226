package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.FaultBed.Heard;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// X01 where looking names up takes long or gives addresses of IPv6 only; in a process of its own,
/// since a process looks names up in one way.
final class DnsFaults {
  private static final String SETTINGS =
      """
      limits: {connect: 5s}
      backends:
        primary: {shape: SHAPE, local: true, url: "http://%s:%d/v1"}
        fallback: {shape: SHAPE, url: "http://127.0.0.1:PORT2/v1"}
      routes:
        default:
          delivery: DELIVERY
          last-resort: false
          targets:
            - {backend: primary, model: first-model}
            - {backend: fallback, model: second-model}
      """;

  private DnsFaults() {}

  public static void main(String[] arguments) throws Exception {
    for (Shape shape : List.of(Shape.OPENAI, Shape.ANTHROPIC)) {
      for (boolean isWhole : List.of(false, true)) {
        Pulse.calmly(() -> failing(shape, isWhole, PlannedNames.SILENT));
        Pulse.calmly(() -> failing(shape, isWhole, PlannedNames.FAR));
        Pulse.calmly(() -> six(shape, isWhole));
      }
    }
    System.out.println("all right");
    System.exit(0); // a thread may still look up a name
  }

  private static void failing(Shape shape, boolean isWhole, String host) throws Exception {
    try (FaultBed bed = new FaultBed(shape, isWhole, SETTINGS.formatted(host, 80), Map.of())) {
      Heard heard = bed.ask();
      assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.TRANSPORT);
      assertThat(heard.time())
          .as("the limit of a connection holds for the lookup too")
          .isLessThan(Duration.ofSeconds(30));
      String happened = PublicFaults.wholeFrom(bed, heard, "fallback");
      System.out.printf("%s %s: %s%n", shape.key(), host, happened);
    }
  }

  private static void six(Shape shape, boolean isWhole) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("::1"));
        FakeProvider vendor = new FakeProvider(shape, FaultBed.whole("first-model"), socket)) {
      String settings = SETTINGS.formatted(PlannedNames.SIX, vendor.port());
      try (FaultBed bed = new FaultBed(shape, isWhole, settings, Map.of())) {
        String happened = PublicFaults.wholeFrom(bed, bed.ask(), "primary");
        System.out.printf("%s %s: %s%n", shape.key(), PlannedNames.SIX, happened);
      }
    } catch (IOException none) {
      System.out.println("no IPv6 on this machine: " + none.getMessage());
    }
  }
}
