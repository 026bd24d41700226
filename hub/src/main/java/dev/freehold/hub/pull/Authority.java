package dev.freehold.hub.pull;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/// As whom servers are asked.
interface Authority {
  /// The `Authorization` that an address may see; none for all that are not of its own origin.
  Optional<String> header(URI address);

  /// Whether a refusal (status 401) can be answered, and the same be asked again.
  ///
  /// @param used what was sent; another thread may have got something better since
  boolean renew(Answer refusal, Optional<String> used) throws IOException, InterruptedException;

  /// What to do where that does not help.
  default String advice() {
    return "only what is public can be pulled";
  }

  /// A token that is given, or nobody.
  static Authority of(Optional<Credentials> credentials) {
    return new Authority() {
      @Override
      public Optional<String> header(URI address) {
        return credentials.filter(c -> c.belongTo(address)).map(Credentials::header);
      }

      @Override
      public boolean renew(Answer refusal, Optional<String> used) {
        return false;
      }
    };
  }
}
