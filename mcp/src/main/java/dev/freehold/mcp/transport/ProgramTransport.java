package dev.freehold.mcp.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Messages with a server that is a program: one JSON object a line, to its standard input and from
/// its standard output.
public final class ProgramTransport implements McpClientTransport {
  private static final int MOST_WAITING = 256;
  private static final int MOST_CHATTER = 1_000;

  private final RunningProgram program;
  private final McpJsonMapper json;
  private final Consumer<String> onEnd;
  private final BlockingQueue<String> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
  private final ReentrantLock ending = new ReentrantLock();
  private volatile @Nullable Thread writer;
  private volatile boolean isClosing;

  /// @param program is ended with the transport
  /// @param onEnd told once why the server ended, where nobody asked it to
  public ProgramTransport(RunningProgram program, McpJsonMapper json, Consumer<String> onEnd) {
    this.program = program;
    this.json = json;
    this.onEnd = onEnd;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(() -> {
      Thread writes = daemon("writes", () -> write(program.input()));
      writer = writes;
      writes.start();
      daemon("reads", () -> run(handler)).start();
    });
  }

  private static Thread daemon(String does, Runnable work) {
    return Thread.ofPlatform().name("mcp-" + does).daemon().unstarted(work);
  }

  private void run(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    String why;
    try {
      why = read(new MessageLines(program.output(), MessageJson.MOST_BYTES), handler);
    } catch (IOException failure) {
      why = String.valueOf(failure.getMessage());
    }
    if (!isClosing) {
      close();
      String how = program.ending();
      onEnd.accept(how.isEmpty() ? why : why + "; " + how);
    }
  }

  /// Reads until the program ends or says what cannot be borne; returns why.
  private String read(
      MessageLines lines, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler)
      throws IOException {
    int chatter = 0;
    while (true) {
      Optional<String> line = lines.next();
      if (line.isEmpty()) {
        return "it ended";
      }
      if (!line.get().startsWith("{")) {
        chatter += line.get().isEmpty() ? 0 : 1;
        if (chatter > MOST_CHATTER) {
          return "it wrote more than %,d lines that are no messages".formatted(MOST_CHATTER);
        }
        continue;
      }
      JSONRPCMessage message;
      try {
        message = McpSchema.deserializeJsonRpcMessage(json, line.get());
      } catch (IOException | RuntimeException wrong) {
        return "it sent a message that is refused: " + Reasons.of(wrong);
      }
      handler.apply(Mono.just(message)).subscribe(handled -> {}, failed -> {});
    }
  }

  private void write(OutputStream out) {
    try {
      while (true) {
        String message = outgoing.take();
        out.write(message.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        out.flush();
      }
    } catch (IOException ended) {
      // the reader tells
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> {
      String line;
      try {
        line = json.writeValueAsString(message);
      } catch (IOException failure) {
        throw new java.io.UncheckedIOException(failure);
      }
      if (isClosing || !outgoing.offer(line)) {
        throw new IllegalStateException(
            isClosing ? "the server has ended" : "the server does not read what it is sent");
      }
    });
  }

  /// Ends the program and all that it started.
  @Override
  public void close() {
    ending.lock();
    try {
      boolean isFirst = !isClosing;
      isClosing = true;
      if (isFirst) {
        program.end();
      }
      Thread writes = writer;
      if (writes != null) {
        writes.interrupt();
      }
    } finally {
      ending.unlock();
    }
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return json.convertValue(data, type);
  }

  @Override
  public List<String> protocolVersions() {
    return Protocol.VERSIONS;
  }
}
