package dev.freehold.cli;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;

/// Ed25519 signatures under receipts.
final class ReceiptSignature {
  private static final String ALGORITHM = "Ed25519";

  private ReceiptSignature() {}

  /// @param digest of the receipt
  static dev.freehold.engine.receipt.Signature sign(PrivateKey key, String digest) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(message(digest));
      return new dev.freehold.engine.receipt.Signature(
          ALGORITHM, Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new CliException("the receipt cannot be signed: " + e, e);
    }
  }

  /// Whether the holder of a key's private half signed a receipt.
  static boolean isValid(
      dev.freehold.engine.receipt.Signature signed, PublicKey key, String digest) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(message(digest));
      return signed.algorithm().equals(ALGORITHM)
          && signature.verify(Base64.getDecoder().decode(signed.base64()));
    } catch (SignatureException | IllegalArgumentException noSignature) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new CliException("the signature cannot be checked: " + e, e);
    }
  }

  private static byte[] message(String digest) {
    return dev.freehold.engine.receipt.Signature.text(digest).getBytes(StandardCharsets.UTF_8);
  }
}
