package dev.freehold.server;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A server's certificate with its private key, in files.
public sealed interface Certificate {
  /// PEM files.
  ///
  /// @param chain the certificate and those that vouch for it
  /// @param key the private key in PKCS#8
  record Pem(Path chain, Path key) implements Certificate {}

  /// A PKCS#12 file; its first private key is taken.
  record Store(Path file, String password) implements Certificate {
    @Override
    public String toString() {
      return "Store[" + file + "]"; // never the password
    }
  }

  /// @throws ServerException where a file cannot be read or does not hold what it must
  default Tls tls() {
    try {
      return switch (this) {
        case Pem pem -> tls(pem);
        case Store store -> tls(store);
      };
    } catch (IOException | GeneralSecurityException | RuntimeException failure) {
      throw new ServerException(
          "the certificate of %s cannot be used: %s".formatted(this, failure.getMessage()),
          failure);
    }
  }

  private static Tls tls(Pem pem) {
    Keys keys =
        Keys.builder()
            .pem(builder ->
                builder.certChain(Resource.create(pem.chain())).key(Resource.create(pem.key())))
            .build();
    return tls(
        keys.privateKey().orElseThrow(() -> new IllegalArgumentException("no private key found")),
        keys.certChain());
  }

  private static Tls tls(Store store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    char[] password = store.password().toCharArray();
    try (InputStream in = Files.newInputStream(store.file())) {
      keys.load(in, password);
    }
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.isKeyEntry(alias) && keys.getKey(alias, password) instanceof PrivateKey key) {
        List<X509Certificate> chain = new ArrayList<>();
        for (java.security.cert.Certificate one : keys.getCertificateChain(alias)) {
          chain.add((X509Certificate) one);
        }
        return tls(key, chain);
      }
    }
    throw new IllegalArgumentException("no private key found");
  }

  private static Tls tls(PrivateKey key, List<X509Certificate> chain) {
    return Tls.builder()
        .privateKey(key)
        .privateKeyCertChain(chain)
        .addEnabledProtocol("TLSv1.3")
        .addEnabledProtocol("TLSv1.2")
        .build();
  }
}
