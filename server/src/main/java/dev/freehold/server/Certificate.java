package dev.freehold.server;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.nio.file.Path;

/// A server's certificate with its private key, in files.
public sealed interface Certificate {
  /// PEM files.
  ///
  /// @param chain the certificate and those that vouch for it
  /// @param key the private key in PKCS#8
  record Pem(Path chain, Path key) implements Certificate {}

  /// A PKCS#12 file.
  record Store(Path file, String password) implements Certificate {
    @Override
    public String toString() {
      return "Store[" + file + "]"; // never the password
    }
  }

  /// @throws ServerException where a file cannot be read or does not hold what it must
  default Tls tls() {
    try {
      Keys keys =
          switch (this) {
            case Pem pem ->
                Keys.builder()
                    .pem(builder ->
                        builder
                            .certChain(Resource.create(pem.chain()))
                            .key(Resource.create(pem.key())))
                    .build();
            case Store store ->
                Keys.builder()
                    .keystore(builder ->
                        builder
                            .type("PKCS12")
                            .keystore(Resource.create(store.file()))
                            .passphrase(store.password()))
                    .build();
          };
      return Tls.builder()
          .privateKey(
              keys.privateKey()
                  .orElseThrow(() -> new IllegalArgumentException("no private key found")))
          .privateKeyCertChain(keys.certChain())
          .addEnabledProtocol("TLSv1.3")
          .addEnabledProtocol("TLSv1.2")
          .build();
    } catch (RuntimeException failure) {
      throw new ServerException(
          "the certificate of %s cannot be used: %s".formatted(this, failure.getMessage()),
          failure);
    }
  }
}
