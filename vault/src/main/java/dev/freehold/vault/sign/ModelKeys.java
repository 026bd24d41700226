package dev.freehold.vault.sign;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.KeyAgreement;

/// Keys that models are signed with: ECDSA, in PEM files as openssl writes them, private ones as
/// PKCS #8, public ones as SubjectPublicKeyInfo.
///
/// Source: RFC 7468 (PEM), RFC 5480 (keys on curves).
public final class ModelKeys {
  private static final String ALGORITHM = "EC";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int MOST_BYTES = 1 << 16;
  private static final int LINE = 64;

  private ModelKeys() {}

  /// A new pair of keys.
  public static KeyPair generate(Curve curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(new ECGenParameterSpec(curve.standardName()));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new VaultException("this JDK makes no keys on " + curve.standardName(), e);
    }
  }

  /// @throws VaultException where the file holds no private key on a curve of [Curve], in the open
  public static ECPrivateKey privateKey(Path file) {
    byte[] bytes = decoded(file, PRIVATE);
    try {
      if (factory().generatePrivate(new PKCS8EncodedKeySpec(bytes)) instanceof ECPrivateKey key) {
        Curve.of(key);
        return key;
      }
      throw notOurs(file, new InvalidKeySpecException("not on a curve"));
    } catch (InvalidKeySpecException e) {
      throw notOurs(file, e);
    }
  }

  /// @throws VaultException where the file holds no public key on a curve of [Curve]
  public static ECPublicKey publicKey(Path file) {
    byte[] bytes = decoded(file, PUBLIC);
    try {
      if (factory().generatePublic(new X509EncodedKeySpec(bytes)) instanceof ECPublicKey key) {
        Curve.of(key);
        return key;
      }
      throw notOurs(file, new InvalidKeySpecException("not on a curve"));
    } catch (InvalidKeySpecException e) {
      throw notOurs(file, e);
    }
  }

  /// The public half of a private key.
  ///
  /// The JDK's key agreement with the curve's generator gives its x; of the two points that have
  /// it, the one is taken under which a signature of the key holds.
  public static ECPublicKey publicOf(ECPrivateKey key) {
    ECParameterSpec parameters = key.getParams();
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(key);
      ECPoint generator = parameters.getGenerator();
      agreement.doPhase(factory().generatePublic(new ECPublicKeySpec(generator, parameters)), true);
      BigInteger x = new BigInteger(1, agreement.generateSecret());
      BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
      BigInteger square =
          x.pow(3).add(parameters.getCurve().getA().multiply(x)).add(parameters.getCurve().getB());
      BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p); // p is 3 modulo 4
      byte[] probe = new byte[0];
      byte[] signature = ModelSignature.signed(probe, key, Curve.of(key));
      for (BigInteger each : List.of(y, p.subtract(y))) {
        var point = new ECPublicKeySpec(new ECPoint(x, each), parameters);
        ECPublicKey candidate = (ECPublicKey) factory().generatePublic(point);
        if (ModelSignature.isValid(probe, signature, candidate)) {
          return candidate;
        }
      }
      throw new VaultException("the private key has no public half: it is damaged");
    } catch (GeneralSecurityException e) {
      throw new VaultException("the private key is damaged: " + e.getMessage(), e);
    }
  }

  /// A private key as PEM.
  public static String pem(ECPrivateKey key) {
    return pem(PRIVATE, key.getEncoded());
  }

  /// A public key as PEM, in the one form that [#hint] is taken of.
  public static String pem(ECPublicKey key) {
    return pem(PUBLIC, key.getEncoded());
  }

  /// How signatures name their key: the SHA-256 of its PEM text.
  public static String hint(ECPublicKey key) {
    return Sha256.of(pem(key));
  }

  private static String pem(String label, byte[] bytes) {
    String text = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }

  private static KeyFactory factory() {
    try {
      return KeyFactory.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new VaultException("this JDK has no ECDSA", e);
    }
  }

  private static VaultException notOurs(Path file, InvalidKeySpecException cause) {
    return new VaultException(
        "%s: no ECDSA key on P-256, P-384 or P-521; \"freehold sign --new-key FILE\" makes one"
            .formatted(file),
        cause);
  }

  private static byte[] decoded(Path file, String label) {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new VaultException(
            "%s: a key has at most %d bytes, found %d"
                .formatted(file, MOST_BYTES, Files.size(file)));
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new VaultException(file + ": no such file", e);
    } catch (IOException e) {
      throw new VaultException("%s: cannot be read: %s".formatted(file, e), e);
    }
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new VaultException(
          "%s: expected a PEM file with %s%s".formatted(file, begin, advice(text, label)));
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new VaultException(file + ": no Base64 after " + begin, e);
    }
  }

  private static String advice(String text, String label) {
    if (text.contains("BEGIN ENCRYPTED PRIVATE KEY")) {
      return "; it is encrypted: openssl pkcs8 -in FILE -out OPEN_FILE takes the password off";
    }
    if (text.contains("BEGIN EC PRIVATE KEY")) {
      return "; openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW_FILE writes it so";
    }
    return label.equals(PUBLIC) && text.contains("BEGIN PRIVATE KEY")
        ? "; this is the private key, which is not needed here and should stay where it is"
        : "";
  }
}
