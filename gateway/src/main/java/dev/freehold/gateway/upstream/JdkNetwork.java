package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.FailureClass;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/// The network by way of the JDK's HTTP client: HTTP/2 where TLS offers it, else HTTP/1.1;
/// redirects are never followed.
final class JdkNetwork implements Network, AutoCloseable {
  /// How often it is looked whether the client is gone.
  static final Duration SLICE = Duration.ofMillis(200);

  private final HttpClient client;
  private final ExecutorService threads;
  private final NameLookup names;
  private final Duration connect;
  private final Optional<InetSocketAddress> proxy;

  JdkNetwork(Duration connect, Optional<InetSocketAddress> proxy, Optional<SSLContext> tls) {
    this.connect = connect;
    this.proxy = proxy;
    // Looking names up holds on to a thread of the system, so no virtual threads, which would hold
    // up all others.
    this.threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .executor(threads);
    proxy.map(ProxySelector::of).ifPresent(builder::proxy);
    tls.ifPresent(builder::sslContext);
    this.client = builder.build();
    this.names = new NameLookup(threads);
  }

  @Override
  public Reply send(Call call, Duration most, Cancellation cancellation) {
    lookUp(call, most, cancellation);
    // Without TLS an upgrade would be asked for, which few servers know.
    boolean isSafe = call.uri().getScheme().equalsIgnoreCase("https");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .version(isSafe ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .method(call.method(), publisher(call.body()));
    call.headers().forEach(request::header);
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> sent =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofPublisher());
    try {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> head = await(sent, most, cancellation);
      BodyQueue body = new BodyQueue(cancellation);
      head.body().subscribe(body);
      return new JdkReply(head, body);
    } catch (TimeoutException late) {
      sent.cancel(true);
      throw new AttemptException(
          FailureClass.SILENT,
          "%s gave no answer in %d ms".formatted(call.uri().getHost(), most.toMillis()),
          late);
    } catch (ExecutionException failed) {
      throw failure(call, failed);
    } catch (InterruptedException stopped) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (CancelledException cancelled) {
      sent.cancel(true);
      throw cancelled;
    }
  }

  /// Waits until the next host on the way has an address.
  private void lookUp(Call call, Duration most, Cancellation cancellation) {
    String host = proxy.map(InetSocketAddress::getHostString).orElse(call.uri().getHost());
    CompletableFuture<Void> lookup = names.of(host);
    try {
      Void unused = await(lookup, most.compareTo(connect) < 0 ? most : connect, cancellation);
    } catch (TimeoutException late) {
      throw transport(host, "has no address yet: its name is looked up for too long", late);
    } catch (ExecutionException failed) {
      Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
      String said = Errors.shown(String.valueOf(cause.getMessage()));
      throw transport(host, "has no address: " + said, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  private static HttpRequest.BodyPublisher publisher(byte[] body) {
    return body.length == 0
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofByteArray(body);
  }

  private static <T> T await(CompletableFuture<T> sent, Duration most, Cancellation cancellation)
      throws TimeoutException, ExecutionException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      if (cancellation.isCancelled()) {
        throw new CancelledException();
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new TimeoutException("no head of an answer");
      }
      try {
        return sent.get(Math.min(left, SLICE.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException slice) {
        if (end - System.nanoTime() <= 0) {
          throw slice;
        }
      }
    }
  }

  private static AttemptException failure(Call call, ExecutionException failed) {
    String host = call.uri().getHost();
    Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof SSLException || each instanceof CertificateException) {
        return new AttemptException(
            FailureClass.CERTIFICATE,
            "%s: its certificate or its TLS is not to be trusted: %s"
                .formatted(host, Errors.shown(String.valueOf(each.getMessage()))),
            cause);
      }
      if (each instanceof HttpConnectTimeoutException) {
        return transport(host, "did not take a connection in time", cause);
      }
      if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
        return transport(host, "has no address: the name is not known", cause);
      }
      if (each instanceof ConnectException) {
        return transport(host, "refuses connections", cause);
      }
    }
    String said = String.valueOf(cause.getMessage());
    if (said.startsWith("Tunnel failed") || said.contains("roxy")) {
      return new AttemptException(
          FailureClass.PROXY,
          "the proxy on the way to %s refuses; the key may be fine: %s"
              .formatted(host, Errors.shown(said)),
          cause);
    }
    return transport(host, "broke the connection: " + Errors.shown(said), cause);
  }

  private static AttemptException transport(String host, String what, Throwable cause) {
    return new AttemptException(FailureClass.TRANSPORT, host + " " + what, cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }

  /// An answer whose body comes by way of a queue.
  private record JdkReply(HttpResponse<?> head, BodyQueue body) implements Reply {
    @Override
    public int status() {
      return head.statusCode();
    }

    @Override
    public Optional<String> header(String name) {
      return head.headers().firstValue(name);
    }

    @Override
    public Optional<byte[]> next(Duration most) {
      return body.next(most);
    }

    @Override
    public void close() {
      body.close();
    }
  }
}
