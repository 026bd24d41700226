package dev.freehold.mcp.transport;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// A transport that lets through what a client of tools needs: answers, and a few requests.
///
/// Of notifications only that tools changed is told, and not to the protocol's library, which would
/// ask for the list each time.
public final class GuardedTransport implements McpClientTransport {
  /// A server that asks more of its client in one session is not answered.
  private static final int MOST_REQUESTS = 1_000;

  private static final String CANCELLED = "notifications/cancelled";

  private final McpClientTransport inner;
  private final Runnable onToolsChanged;
  private final AtomicInteger requests = new AtomicInteger();

  /// Ids of calls whose answers are waited for, by the call.
  private final Map<Identity, Object> calls = new ConcurrentHashMap<>();

  /// A request, and no other that is equal to it.
  private record Identity(Object request) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Identity identity && identity.request == request;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(request);
    }
  }

  public GuardedTransport(McpClientTransport inner, Runnable onToolsChanged) {
    this.inner = inner;
    this.onToolsChanged = onToolsChanged;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return inner.connect(messages ->
        messages.flatMap(
            message -> mayPass(message) ? handler.apply(Mono.just(message)) : Mono.empty()));
  }

  private boolean mayPass(JSONRPCMessage message) {
    return switch (message) {
      case JSONRPCResponse _ -> true;
      case JSONRPCRequest _ -> requests.incrementAndGet() <= MOST_REQUESTS;
      case JSONRPCNotification notification -> {
        if (McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED.equals(notification.method())) {
          onToolsChanged.run();
        }
        yield false;
      }
      default -> false;
    };
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    if (message instanceof JSONRPCRequest request
        && McpSchema.METHOD_TOOLS_CALL.equals(request.method())
        && request.params() != null) {
      calls.put(new Identity(request.params()), request.id());
    }
    return inner.sendMessage(message);
  }

  /// Tells the server that a call's answer is not waited for any more.
  public void cancel(McpSchema.CallToolRequest call) {
    Object id = calls.get(new Identity(call));
    if (id != null) {
      inner
          .sendMessage(new JSONRPCNotification(CANCELLED, Map.of("requestId", id)))
          .subscribe(sent -> {}, failed -> {});
    }
  }

  /// Forgets a call that has ended.
  public void forget(McpSchema.CallToolRequest call) {
    calls.remove(new Identity(call));
  }

  @Override
  public void setExceptionHandler(Consumer<Throwable> handler) {
    inner.setExceptionHandler(handler);
  }

  @Override
  public void close() {
    inner.close();
  }

  @Override
  public Mono<Void> closeGracefully() {
    return inner.closeGracefully();
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return inner.unmarshalFrom(data, type);
  }

  @Override
  public List<String> protocolVersions() {
    return inner.protocolVersions();
  }
}
