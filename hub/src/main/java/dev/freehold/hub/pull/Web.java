package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks servers: https only, redirects followed one by one, the token sent to its own origin alone.
///
/// Statuses that another attempt may change become an [IOException]; those that it will not, a
/// [HubException] that says what to do. No message holds a token or the query of an address.
final class Web implements AutoCloseable {
  private static final int MAX_REDIRECTS = 8;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final String AGENT = "freehold";

  private final PullSettings settings;
  private final HttpClient client;
  private final Authority authority;

  Web(PullSettings settings) {
    this(settings, Authority.of(settings.credentials()));
  }

  Web(PullSettings settings, Authority authority) {
    this.settings = settings;
    this.authority = authority;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // parts come over connections of their own
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.patience().connect())
            .proxy(settings.proxies())
            .build();
  }

  /// What is asked of a server.
  ///
  /// @param body that is sent; empty for none
  record Call(String method, URI address, Map<String, String> headers, byte[] body) {
    Call(String method, URI address, Map<String, String> headers) {
      this(method, address, headers, new byte[0]);
    }
  }

  /// Sends something and gives whatever the server answers. No redirect is followed: what is sent
  /// is for this address alone.
  ///
  /// @throws IOException where the server is busy or out of order, or the connection breaks
  Answer send(Call call) throws IOException, InterruptedException {
    Addresses.require(call.address());
    boolean renewed = false;
    while (true) {
      Optional<String> used = authority.header(call.address());
      HttpResponse<TimedBody> response = exchange(call, used);
      Answer answer =
          new Answer(
              response.statusCode(), call.address(), List.of(response.headers()), response.body());
      if (answer.status() == 401 && !renewed && renewed(answer, used)) {
        renewed = true;
        continue;
      }
      if (PASSING.contains(answer.status())) {
        answer.close();
        throw passing(answer);
      }
      return answer;
    }
  }

  private boolean renewed(Answer refusal, Optional<String> used)
      throws IOException, InterruptedException {
    refusal.close();
    return authority.renew(refusal, used);
  }

  Answer get(URI address, Map<String, String> headers) throws IOException, InterruptedException {
    return ask("GET", address, headers);
  }

  /// What a file's head says, as its own origin answers: a redirect to a storage is not followed,
  /// whose head says nothing of the file in the hub.
  Answer head(URI address) throws IOException, InterruptedException {
    return ask("HEAD", address, Map.of());
  }

  private Answer ask(String method, URI start, Map<String, String> headers)
      throws IOException, InterruptedException {
    List<HttpHeaders> hops = new ArrayList<>();
    URI address = start;
    boolean renewed = false;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      Optional<String> used = authority.header(address);
      HttpResponse<TimedBody> response = exchange(new Call(method, address, headers), used);
      hops.add(response.headers());
      Answer answer = new Answer(response.statusCode(), address, hops, response.body());
      if (answer.status() == 401 && !renewed && renewed(answer, used)) {
        renewed = true;
        hops.removeLast();
        continue;
      }
      if (!REDIRECTS.contains(answer.status())) {
        return checked(answer, start);
      }
      answer.close();
      URI target = target(answer);
      if (method.equals("HEAD") && !Addresses.sameOrigin(address, target)) {
        return answer;
      }
      address = target;
    }
    throw new HubException(
        "%s: more than %d redirects, the last to %s"
            .formatted(Addresses.shown(start), MAX_REDIRECTS, Addresses.shown(address)));
  }

  private HttpResponse<TimedBody> exchange(Call call, Optional<String> authorization)
      throws IOException, InterruptedException {
    URI address = call.address();
    HttpRequest.Builder request =
        builder(call).header("User-Agent", AGENT).header("Accept-Encoding", "identity");
    call.headers().forEach(request::header);
    authorization.ifPresent(header -> request.header("Authorization", header));
    String host = String.valueOf(address.getHost());
    var sent =
        client.sendAsync(request.build(), head -> new TimedBody(settings.patience().stall()));
    try {
      return sent.get(patience(call), TimeUnit.MILLISECONDS);
    } catch (TimeoutException failure) {
      sent.cancel(true);
      throw new IOException(host + " does not answer in time", failure);
    } catch (InterruptedException stopped) {
      sent.cancel(true);
      throw stopped;
    } catch (ExecutionException failure) {
      requireTrust(host, failure);
      throw new IOException(
          failure.getCause() instanceof ConnectException
              ? "no connection to " + host + reason(failure)
              : "the connection to " + host + " broke" + reason(failure),
          failure.getCause());
    }
  }

  /// A question without a body says nothing of its length; some servers wonder about a zero.
  private static HttpRequest.Builder builder(Call call) {
    HttpRequest.Builder request = HttpRequest.newBuilder(call.address());
    return switch (call.method()) {
      case "GET" -> request.GET();
      case "HEAD" -> request.HEAD();
      default ->
          request.method(
              call.method(),
              call.body().length == 0
                  ? HttpRequest.BodyPublishers.noBody()
                  : HttpRequest.BodyPublishers.ofByteArray(call.body()));
    };
  }

  /// A body needs time to be sent: at 16 KiB per second it may.
  private long patience(Call call) {
    return settings.patience().answer().toMillis() + call.body().length / 16;
  }

  /// A certificate that is not trusted will not be so a second later.
  private static void requireTrust(String host, ExecutionException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        throw new HubException(
            "%s does not show a certificate that this machine trusts%s"
                .formatted(host, reason(failure)),
            failure);
      }
    }
  }

  private static String reason(ExecutionException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        return ": " + cause.getMessage();
      }
    }
    return "";
  }

  private static URI target(Answer answer) {
    String where = Addresses.shown(answer.address());
    Optional<String> location = answer.header("location");
    if (location.isEmpty()) {
      throw new HubException(where + ": a redirect that does not say where to");
    }
    URI target;
    try {
      target = answer.address().resolve(location.get());
    } catch (IllegalArgumentException e) {
      throw new HubException(where + ": a redirect to what is no address", e);
    }
    Addresses.require(target);
    boolean isOutside = !Addresses.isLoopback(String.valueOf(answer.address().getHost()));
    if (isOutside && Addresses.isLoopback(String.valueOf(target.getHost()))) {
      throw new HubException(
          where
              + ": a redirect into this machine, to "
              + Addresses.shown(target)
              + "; not followed");
    }
    return target;
  }

  /// Lets through what brings the thing asked for; for all else says what it means.
  private Answer checked(Answer answer, URI start) throws IOException {
    int status = answer.status();
    if (status == 200 || status == 206) {
      Optional<String> encoding =
          answer.header("content-encoding").filter(e -> !e.equalsIgnoreCase("identity"));
      if (encoding.isPresent()) {
        answer.close();
        throw new HubException(
            "%s: the answer is compressed, which was not asked for"
                .formatted(Addresses.shown(start)));
      }
      return answer;
    }
    answer.close();
    String host = String.valueOf(answer.address().getHost());
    if (PASSING.contains(status)) {
      throw passing(answer);
    }
    if (status == 416) {
      throw new ChangedOnServer(host + " does not have the range that is missing (status 416)");
    }
    if (!Addresses.sameOrigin(answer.address(), start)) { // signed addresses of a storage expire
      throw new FailedAttempt("%s refuses (status %d)".formatted(host, status), Optional.empty());
    }
    throw refused(answer, start);
  }

  private static FailedAttempt passing(Answer answer) {
    String what = answer.status() == 429 ? " asks for fewer requests" : " is out of order";
    return new FailedAttempt(
        "%s%s (status %d)".formatted(answer.address().getHost(), what, answer.status()),
        Attempts.requested(answer));
  }

  private HubException refused(Answer answer, URI start) {
    String what = Addresses.shown(start);
    boolean hasToken = settings.credentials().filter(c -> c.belongTo(start)).isPresent();
    boolean isHub = Addresses.sameOrigin(start, settings.huggingFace());
    String code = answer.header("x-error-code").orElse("");
    String token =
        hasToken
            ? "the token that was sent does not open it"
            : "no token was sent; set HF_TOKEN to one of huggingface.co/settings/tokens";
    return switch (answer.status()) {
      case 401, 403 -> {
        if (!isHub) {
          yield new HubException(
              "%s: needs an account there (status %d); %s"
                  .formatted(what, answer.status(), authority.advice()));
        }
        yield code.equals("GatedRepo")
            ? new HubException(what + ": accept its licence on its page first; " + token)
            : HubException.notFound(
                what + ": there is no such repository, or it is private; " + token);
      }
      case 404, 410 ->
          HubException.notFound(
              what
                  + switch (code) {
                    case "RevisionNotFound" -> ": there is no such revision";
                    case "EntryNotFound" -> ": there is no such file in the repository";
                    default -> ": not there (status " + answer.status() + "); check the name";
                  });
      case 451 -> new HubException(what + ": not available for legal reasons (status 451)");
      default -> new HubException(what + ": refused with status " + answer.status());
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// The bytes at an address are others than those that came before.
  static final class ChangedOnServer extends IOException {
    private static final long serialVersionUID = 1L;

    ChangedOnServer(String message) {
      super(message);
    }
  }
}
