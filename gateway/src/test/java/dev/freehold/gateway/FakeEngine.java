package dev.freehold.gateway;

import dev.freehold.gateway.upstream.Shape;
import java.net.InetAddress;
import java.net.ServerSocket;

/// A program that answers as an engine does, slowly, so that it can be killed within an answer.
final class FakeEngine {
  private FakeEngine() {}

  /// @param arguments the port to listen at, and how many milliseconds a token takes
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int millis = Integer.parseInt(arguments[1]);
    FakeProvider.Script answer =
        wire -> {
          if (wire.request.path().equals("/health")) {
            wire.answer(200, "", "{}");
            return;
          }
          wire.head();
          for (int i = FaultBed.begin(wire); i < FaultBed.TOKENS; i++) {
            wire.text("w" + i + " ");
            Thread.sleep(millis);
          }
          wire.finish("stop", "11", "60");
          wire.done();
        };
    System.getenv().keySet().forEach(name -> System.out.println("variable " + name));
    System.out.println("listening at " + port);
    ServerSocket socket = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
    try (FakeProvider engine = new FakeProvider(Shape.OPENAI, answer, socket)) {
      Thread.currentThread().join();
    }
  }
}
