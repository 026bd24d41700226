package dev.freehold.mcp.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Messages with a server that is a program: one JSON object a line, to its standard input and from
/// its standard output.
///
/// The thread that reads is the one that starts the program, and it lives as long as that: the
/// kernel takes the end of a starting thread for the end of the parent, at which a sandbox ends
/// what runs in it.
public final class ProgramTransport implements McpClientTransport {
  private static final int MOST_WAITING = 256;
  private static final int MOST_CHATTER = 1_000;

  private final ProgramLaunch launch;
  private final McpJsonMapper json;
  private final ErrorLog errors;
  private final Consumer<String> onEnd;
  private final BlockingQueue<String> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile @Nullable Process process;
  private volatile @Nullable Thread writer;
  private volatile @Nullable IOException startFailure;
  private volatile boolean isClosing;

  /// @param log where its standard error goes
  /// @param onEnd told once why the server ended, where nobody asked it to
  public ProgramTransport(
      ProgramLaunch launch, McpJsonMapper json, Optional<Path> log, Consumer<String> onEnd) {
    this.launch = launch;
    this.json = json;
    this.errors = new ErrorLog(log);
    this.onEnd = onEnd;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(() -> {
      daemon("reads", () -> run(handler)).start();
      awaitStart();
    });
  }

  private static Thread daemon(String does, Runnable work) {
    return Thread.ofPlatform().name("mcp-" + does).daemon().unstarted(work);
  }

  private void awaitStart() {
    try {
      started.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    IOException failure = startFailure;
    if (failure != null) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private void run(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    Process running;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(launch.argv()).directory(launch.folder().toFile());
      builder.environment().clear();
      builder.environment().putAll(launch.environment());
      running = builder.start();
      process = running;
    } catch (IOException failure) {
      startFailure = failure;
      return;
    } finally {
      started.countDown();
    }
    Thread writes = daemon("writes", () -> write(running.getOutputStream()));
    writer = writes;
    writes.start();
    Thread errorReader = daemon("errors", () -> errors.drain(running.getErrorStream()));
    errorReader.start();
    String why;
    try {
      why = read(new MessageLines(running.getInputStream(), MessageJson.MOST_BYTES), handler);
    } catch (IOException failure) {
      why = String.valueOf(failure.getMessage());
    }
    if (!isClosing) {
      close();
      join(errorReader);
      onEnd.accept(why + said(running));
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(500);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private String said(Process running) {
    String exit = running.isAlive() ? "" : "; exit code " + running.exitValue();
    String tail = errors.tail();
    return tail.isEmpty() ? exit : exit + "; it said: " + tail;
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
    synchronized (launch) {
      Process running = process;
      if (isClosing || running == null) {
        isClosing = true;
        return;
      }
      isClosing = true;
      new ProcessGroup(running).end();
      Thread writes = writer;
      if (writes != null) {
        writes.interrupt();
      }
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
