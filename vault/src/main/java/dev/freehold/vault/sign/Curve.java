package dev.freehold.vault.sign;

import dev.freehold.vault.VaultException;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/// A curve that keys may lie on, each with the one hash that signatures on it use.
///
/// Source: the key types of the algorithm registry of OpenSSF Model Signing 1.0, the pairs of
/// Sigstore's.
public enum Curve {
  P256("secp256r1", "SHA256withECDSA"),
  P384("secp384r1", "SHA384withECDSA"),
  P521("secp521r1", "SHA512withECDSA");

  private final String standardName;
  private final String signatureAlgorithm;

  Curve(String standardName, String signatureAlgorithm) {
    this.standardName = standardName;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  String standardName() {
    return standardName;
  }

  String signatureAlgorithm() {
    return signatureAlgorithm;
  }

  /// @throws VaultException where the key is on another curve
  static Curve of(ECKey key) {
    for (Curve curve : values()) {
      if (isSame(key.getParams(), curve.parameters())) {
        return curve;
      }
    }
    throw new VaultException(
        "a key on a curve of %d bits that is none of P-256, P-384 and P-521, which models are"
                .formatted(key.getParams().getCurve().getField().getFieldSize())
            + " signed with");
  }

  private ECParameterSpec parameters() {
    try {
      var parameters = java.security.AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(standardName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new VaultException("this JDK has no curve " + standardName, e);
    }
  }

  private static boolean isSame(ECParameterSpec a, ECParameterSpec b) {
    return a.getCurve().equals(b.getCurve())
        && a.getGenerator().equals(b.getGenerator())
        && a.getOrder().equals(b.getOrder())
        && a.getCofactor() == b.getCofactor();
  }
}
