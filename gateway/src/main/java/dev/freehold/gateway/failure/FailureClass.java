package dev.freehold.gateway.failure;

import dev.freehold.chat.ChatException.Kind;
import dev.freehold.gateway.failure.Rule.Next;
import dev.freehold.gateway.failure.Rule.Scope;
import java.time.Duration;
import java.util.Locale;

/// How an attempt failed; each class has one rule, and the table below is all of them.
///
/// `docs/gateway.md` shows the same table to people; a test holds both together.
public enum FailureClass {
  // what it is            asked again, another target, what is benched, after, first, at most
  /// 500, 502, 503, 504 and errors in the stream that name none of the others.
  TRANSIENT(rule(1, Next.ANY, Scope.TARGET, 3, seconds(5), seconds(20)), Kind.UNAVAILABLE),
  /// 429 and 529: too much at this moment.
  OVERLOADED(rule(2, Next.ANY, Scope.TARGET, 3, seconds(5), seconds(60)), Kind.OVERLOADED),
  /// 402, and 429 with `insufficient_quota`: the account is empty.
  QUOTA(rule(0, Next.ANY, Scope.KEY, 1, minutes(15), minutes(120)), Kind.UNAVAILABLE),
  /// 401: the key is wrong, expired or revoked.
  REVOKED_KEY(rule(0, Next.ANY, Scope.KEY, 1, minutes(15), minutes(120)), Kind.UNAVAILABLE),
  /// 403: the account may not do this.
  POLICY_BLOCK(rule(0, Next.ANY, Scope.BACKEND, 1, minutes(15), minutes(120)), Kind.UNAVAILABLE),
  /// 451, and 403 that speaks of a country or region.
  REGION_BLOCK(rule(0, Next.ANY, Scope.BACKEND, 1, minutes(15), minutes(120)), Kind.UNAVAILABLE),
  /// 404 of a model, 410: it is not offered any more.
  WITHDRAWN(rule(0, Next.ANY, Scope.TARGET, 1, minutes(60), minutes(1440)), Kind.UNAVAILABLE),
  /// 400, 413, 422: the request is not as it must be.
  BAD_REQUEST(rule(0, Next.NONE, Scope.REQUEST, 0, never(), never()), Kind.INVALID_REQUEST),
  /// The vendor's filter declined the prompt.
  CONTENT_REFUSAL(rule(0, Next.WHERE_ALLOWED, Scope.REQUEST, 0, never(), never()), Kind.REFUSED),
  /// The prompt does not fit the model's context.
  CONTEXT_OVERFLOW(
      rule(0, Next.LARGER_CONTEXT, Scope.REQUEST, 0, never(), never()), Kind.CONTEXT_EXCEEDED),
  /// The target cannot do what is asked for: images, tools, a schema.
  UNSUPPORTED(rule(0, Next.ANY, Scope.REQUEST, 0, never(), never()), Kind.NOT_SUPPORTED),
  /// No connection: name not found, refused, no answer, or reset before the answer's head.
  TRANSPORT(rule(1, Next.ANY, Scope.BACKEND, 2, seconds(5), seconds(20)), Kind.UNAVAILABLE),
  /// The server's certificate is not to be trusted.
  CERTIFICATE(rule(0, Next.ANY, Scope.BACKEND, 1, seconds(60), minutes(15)), Kind.UNAVAILABLE),
  /// The proxy on the way refuses.
  PROXY(rule(0, Next.ANY, Scope.BACKEND, 1, seconds(30), minutes(5)), Kind.UNAVAILABLE),
  /// Nothing, or no token, within the time for the first one.
  SILENT(rule(0, Next.ANY, Scope.TARGET, 2, seconds(5), seconds(20)), Kind.UNAVAILABLE),
  /// Tokens came, and then none for too long, or the answer took longer than the whole limit.
  STALLED(rule(0, Next.ANY, Scope.TARGET, 2, seconds(5), seconds(20)), Kind.UNAVAILABLE),
  /// The answer ended without its end.
  CUT(rule(1, Next.ANY, Scope.TARGET, 3, seconds(5), seconds(20)), Kind.UNAVAILABLE),
  /// What came is no answer: a web page, a redirect, something unreadable or too large.
  MALFORMED(rule(0, Next.ANY, Scope.TARGET, 2, seconds(30), minutes(5)), Kind.UNAVAILABLE);

  private final Rule rule;
  private final Kind kind;

  FailureClass(Rule rule, Kind kind) {
    this.rule = rule;
    this.kind = kind;
  }

  public Rule rule() {
    return rule;
  }

  /// As what the client is told of it, where nothing else helped.
  public Kind kind() {
    return kind;
  }

  /// The name in logs, tables and the ledger: `revoked_key`.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Rule rule(
      int retries, Next next, Scope scope, int opensAfter, Duration bench, Duration most) {
    return new Rule(retries, next, scope, opensAfter, bench, most);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }

  private static Duration never() {
    return Duration.ZERO;
  }
}
