package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Step;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Links by which whoever has one decides about one payload, once, until a day: each says all of it
/// and carries a code by HMAC-SHA-256 over what it says.
///
/// The code stands behind the `#` of an address, which browsers do not send: neither servers on the
/// way nor their logs see it, and fetching the address does nothing.
public final class ApprovalLinks {
  /// Where the page of links stands on a server.
  public static final String PATH = "/workflows/link";

  private static final String VERSION = "fha1";
  private static final int MAX_TOKEN = 4096;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_TOKEN, 4, MAX_TOKEN, 20, 64);

  private final SecretKeySpec key;
  private final Supplier<String> server;
  private final Duration validity;
  private final InstantSource clock;

  /// What a link lets its holder do.
  public enum Action {
    SEND,
    EDIT,
    SKIP
  }

  /// What a link says.
  ///
  /// @param digest of the payload as it waits
  public record Claim(String run, String step, String digest, Action action, Instant until) {}

  /// @param key 32 secret bytes, see [LinkKey]
  /// @param server the address that links begin with, as `https://desk.example.org`, when one is
  ///   made
  /// @param validity of links from when they are made
  public ApprovalLinks(
      byte[] key, Supplier<String> server, Duration validity, InstantSource clock) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.server = server;
    this.validity = validity;
    this.clock = clock;
  }

  /// A link for an approval that waits.
  public String address(Step asked, Action action) {
    Instant until = clock.instant().plus(validity);
    String at = server.get();
    return (at.endsWith("/") ? at.substring(0, at.length() - 1) : at)
        + PATH
        + "#"
        + token(new Claim(asked.run(), asked.call().key(), asked.digest(), action, until));
  }

  String token(Claim claim) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.put("run", claim.run()).put("step", claim.step()).put("digest", claim.digest());
    said.put("action", claim.action().name()).put("until", claim.until().getEpochSecond());
    String body = encoded(said.toString().getBytes(StandardCharsets.UTF_8));
    return VERSION + "." + body + "." + encoded(code(body));
  }

  /// What a link says, where it is one of ours and its time is not over. Nothing of it is read
  /// before its code is known to be right.
  ///
  /// @throws WorkflowException where it is not
  public Claim read(String token) {
    String[] parts = token.length() <= MAX_TOKEN ? token.split("\\.", -1) : new String[0];
    if (parts.length != 3 || !parts[0].equals(VERSION)) {
      throw refused("is not whole; open it from the message again");
    }
    byte[] code;
    try {
      code = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IllegalArgumentException wrong) {
      throw refused("is not whole; open it from the message again");
    }
    if (!MessageDigest.isEqual(code, code(parts[1]))) {
      throw refused("was changed, or made by another server");
    }
    Claim claim = claim(parts[1]);
    if (!clock.instant().isBefore(claim.until())) {
      throw refused("was good until %s; open the page of workflows".formatted(claim.until()));
    }
    return claim;
  }

  private static Claim claim(String body) {
    try {
      JsonNode said = StrictJson.parse(Base64.getUrlDecoder().decode(body), "the link", LIMITS);
      return new Claim(
          said.path("run").asString(""),
          said.path("step").asString(""),
          said.path("digest").asString(""),
          Action.valueOf(said.path("action").asString("")),
          Instant.ofEpochSecond(said.path("until").asLong(0)));
    } catch (TensorException | IllegalArgumentException wrong) {
      throw refused("was made by another version");
    }
  }

  private static WorkflowException refused(String why) {
    return new WorkflowException("this link " + why);
  }

  private byte[] code(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal((VERSION + "." + body).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
