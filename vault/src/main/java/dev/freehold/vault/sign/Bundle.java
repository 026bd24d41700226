package dev.freehold.vault.sign;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A signature's file: a Sigstore bundle with a DSSE envelope around the signed statement.
///
/// @param hint of the key that signed; empty in bundles from before version 1.1 of the reference
///   implementation, which hold the key itself
/// @param payload the statement's bytes, as they were signed
/// @param signature ECDSA, as DER
record Bundle(Optional<String> hint, byte[] payload, byte[] signature) {
  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(64L << 20, 32, 64 << 20, 64, 1 << 12);

  /// What is signed: the type and the length of the payload, and the payload.
  static byte[] preAuthentication(byte[] payload) {
    byte[] head =
        "DSSEv1 %d %s %d "
            .formatted(PAYLOAD_TYPE.length(), PAYLOAD_TYPE, payload.length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + payload.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  byte[] json() {
    JsonMapper mapper = JsonMapper.shared();
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode root = mapper.createObjectNode();
    root.put("mediaType", MEDIA_TYPE);
    ObjectNode material = root.putObject("verificationMaterial");
    material.putObject("publicKey").put("hint", hint.orElseThrow());
    material.putArray("tlogEntries");
    ObjectNode envelope = root.putObject("dsseEnvelope");
    envelope.put("payload", base64.encodeToString(payload));
    envelope.put("payloadType", PAYLOAD_TYPE);
    envelope
        .putArray("signatures")
        .addObject()
        .put("sig", base64.encodeToString(signature))
        .put("keyid", "");
    return mapper.writeValueAsBytes(root);
  }

  /// @throws VaultException where it is no bundle with a signature by a key
  static Bundle read(byte[] json) {
    JsonNode root;
    try {
      root = StrictJson.parse(json, "the signature", LIMITS);
    } catch (TensorException e) {
      throw new VaultException(String.valueOf(e.getMessage()), e);
    }
    String type = root.path("mediaType").asString("");
    require(
        type.equals(MEDIA_TYPE),
        "its mediaType is \"%s\", not %s".formatted(RelativePath.shown(type), MEDIA_TYPE));
    JsonNode material = root.path("verificationMaterial");
    require(material.isObject(), "it has no verificationMaterial");
    boolean isOther = material.has("certificate") || material.has("x509CertificateChain");
    require(
        !isOther,
        "it is signed with a certificate, which this program does not verify; a signature with a"
            + " key it does");
    JsonNode key = material.path("publicKey");
    require(key.isObject(), "it names no publicKey");
    JsonNode hint = key.path("hint");
    boolean isOld = hint.isMissingNode() || hint.isNull();
    require(isOld || hint.isString() && !hint.stringValue().isEmpty(), "its hint is no text");
    require(!isOld || key.path("rawBytes").isString(), "its publicKey has no hint");
    JsonNode envelope = root.path("dsseEnvelope");
    require(envelope.isObject(), "it has no dsseEnvelope");
    require(
        envelope.path("payloadType").asString("").equals(PAYLOAD_TYPE),
        "its payloadType is not " + PAYLOAD_TYPE);
    JsonNode signatures = envelope.path("signatures");
    require(signatures.isArray() && signatures.size() == 1, "it must hold one signature");
    return new Bundle(
        isOld ? Optional.empty() : Optional.of(hint.stringValue()),
        decoded(envelope, "payload"),
        decoded(signatures.path(0), "sig"));
  }

  private static byte[] decoded(JsonNode node, String field) {
    JsonNode value = node.path(field);
    require(value.isString() && !value.stringValue().isEmpty(), "it has no " + field);
    try {
      return Base64.getDecoder().decode(value.stringValue());
    } catch (IllegalArgumentException e) {
      throw new VaultException("the signature is refused: its %s is no Base64".formatted(field), e);
    }
  }

  private static void require(boolean fits, String problem) {
    if (!fits) {
      throw new VaultException("the signature is refused: " + problem);
    }
  }
}
