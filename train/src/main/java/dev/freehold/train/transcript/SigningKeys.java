package dev.freehold.train.transcript;

import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Reads Ed25519 keys from PEM files: private ones as PKCS #8, public ones as X.509
/// SubjectPublicKeyInfo, as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write
/// them. Source: RFC 8410, RFC 7468.
public final class SigningKeys {
  private static final String ALGORITHM = "Ed25519";
  private static final int MOST_BYTES = 1 << 16;

  private SigningKeys() {}

  /// @throws TrainException where the file holds no private Ed25519 key in the open
  public static PrivateKey privateKey(Path file) {
    byte[] bytes = pem(file, "PRIVATE KEY");
    try {
      return factory().generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (InvalidKeySpecException e) {
      throw notOurs(file, e);
    }
  }

  /// @throws TrainException where the file holds no public Ed25519 key
  public static PublicKey publicKey(Path file) {
    byte[] bytes = pem(file, "PUBLIC KEY");
    try {
      return factory().generatePublic(new X509EncodedKeySpec(bytes));
    } catch (InvalidKeySpecException e) {
      throw notOurs(file, e);
    }
  }

  private static KeyFactory factory() {
    try {
      return KeyFactory.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new TrainException("this JDK has no Ed25519", e);
    }
  }

  private static TrainException notOurs(Path file, InvalidKeySpecException cause) {
    return new TrainException(
        file + ": no Ed25519 key; one is made by openssl genpkey -algorithm ed25519", cause);
  }

  private static byte[] pem(Path file, String label) {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new TrainException(
            "%s: a key has at most %d bytes, found %d"
                .formatted(file, MOST_BYTES, Files.size(file)));
      }
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new TrainException(file + ": no such file", e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new TrainException("%s: expected a PEM file with %s".formatted(file, begin));
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new TrainException(file + ": no Base64 after " + begin, e);
    }
  }
}
