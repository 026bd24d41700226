package dev.freehold.mcp;

import dev.freehold.agent.tool.VisibleText;
import dev.freehold.mcp.transport.Reasons;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpError;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A request to a server that has no result.
final class CallFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 2_000;
  private static final Pattern REDIRECT = Pattern.compile("status code: 3\\d\\d");

  private final Kind kind;

  /// What is known of the request.
  enum Kind {
    /// The server answered that it did not do it.
    REFUSED,
    /// It never reached the server.
    NOT_SENT,
    /// The server has ended; what it did before is not known.
    ENDED,
    /// The time was over; what the server does or did is not known.
    TIMED_OUT,
    /// The person stopped it; what the server does or did is not known.
    CANCELLED,
    /// Anything else; what the server did is not known.
    BROKEN
  }

  CallFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /// Whether the server may have done what it was asked to.
  boolean isInDoubt() {
    return kind != Kind.REFUSED && kind != Kind.NOT_SENT;
  }

  /// @param ended why the server ended, where it has
  static CallFailure of(Throwable failure, @Nullable String ended) {
    if (ended != null) {
      return new CallFailure(Kind.ENDED, VisibleText.of(cut(ended)));
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case McpError error -> {
          String said = VisibleText.of(cut(String.valueOf(error.getMessage())));
          return new CallFailure(Kind.REFUSED, "the server says: " + said);
        }
        case McpHttpClientTransportAuthorizationException refused -> {
          return new CallFailure(Kind.NOT_SENT, unauthorized(refused));
        }
        case ConnectException _, HttpConnectTimeoutException _ -> {
          return new CallFailure(Kind.NOT_SENT, "nothing answers at its address");
        }
        case TimeoutException _ -> {
          return new CallFailure(Kind.TIMED_OUT, "no answer within the time limit");
        }
        default -> {}
      }
    }
    String why = VisibleText.of(cut(Reasons.of(failure)));
    boolean isRedirect = REDIRECT.matcher(why).find();
    return new CallFailure(
        Kind.BROKEN,
        isRedirect ? why + "; a redirect is not followed: configure where it leads to" : why);
  }

  private static String unauthorized(McpHttpClientTransportAuthorizationException refused) {
    return ("it asks for other credentials (HTTP %d). Give a token in \"headers\", as"
            + " {\"Authorization\": \"Bearer ${NAME}\"}; addresses that it names to get one from"
            + " are not followed")
        .formatted(refused.getResponseInfo().statusCode());
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
