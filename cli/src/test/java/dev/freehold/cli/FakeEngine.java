package dev.freehold.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A program that takes the command lines of `llama-server` and `vllm`, prints them, and answers
/// every question with the same words.
final class FakeEngine {
  private FakeEngine() {}

  /// A program of this name in a folder.
  static Path install(Path folder, String name) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path classes = Path.of("target/test-classes").toAbsolutePath();
    return script(
        folder,
        name,
        ("PATH=/usr/bin:/bin; sleep 1000 & echo $! > \"%s\"%n"
                + "exec \"%s\" -XX:TieredStopAtLevel=1 -cp \"%s%s%s\" %s \"$@\"%n")
            .formatted(
                folder.resolve("worker"),
                java,
                classes,
                File.pathSeparator,
                System.getProperty("java.class.path"),
                FakeEngine.class.getName()));
  }

  /// Whether the process that such a program starts beside itself runs.
  static boolean hasWorker(Path folder) throws IOException {
    long id = Long.parseLong(Files.readString(folder.resolve("worker")).strip());
    return ProcessHandle.of(id).filter(ProcessHandle::isAlive).isPresent();
  }

  static Path script(Path folder, String name, String text) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    System.out.println("asked: " + String.join(" ", words));
    int port = Integer.parseInt(words.get(words.indexOf("--port") + 1));
    try (ServerSocket socket = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"))) {
      while (true) {
        Socket accepted = socket.accept();
        Thread.ofVirtual().start(() -> serve(accepted));
      }
    }
  }

  private static void serve(Socket accepted) {
    try (accepted) {
      boolean isHealth = request(accepted.getInputStream()).startsWith("GET /health ");
      OutputStream out = accepted.getOutputStream();
      String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";
      String piece =
          "data: {\"model\":\"m\",\"choices\":[{\"delta\":%s,\"finish_reason\":%s}]}\n\n";
      String answer =
          isHealth
              ? head + "application/json\r\nContent-Length: 2\r\n\r\n{}"
              : head
                  + "text/event-stream\r\n\r\n"
                  + piece.formatted("{\"content\":\"From elsewhere.\"}", "null")
                  + piece.formatted("{}", "\"stop\"")
                  + "data: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n"
                  + "data: [DONE]\n\n";
      out.write(answer.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException gone) {
      return; // whoever asked went away
    }
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    for (int b = in.read(); b >= 0 && !text.endsWith("\r\n\r\n"); b = in.read()) {
      head.write(b);
      text = b == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : text;
      if (text.endsWith("\r\n\r\n")) {
        break; // the body is of no interest
      }
    }
    return text;
  }
}
