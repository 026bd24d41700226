package dev.freehold.agent.sandbox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which bubblewrap it is, as it says itself.
record BubblewrapVersion(int major, int minor) {
  private static final Pattern SAID = Pattern.compile("bubblewrap (\\d{1,4})\\.(\\d{1,4})\\b.*");

  /// @throws SandboxException where that is not what bubblewrap says, or it is too old
  static BubblewrapVersion of(String said) {
    Matcher matcher = SAID.matcher(said.strip());
    if (!matcher.matches()) {
      throw new SandboxException("it does not say which version of bubblewrap it is");
    }
    BubblewrapVersion version =
        new BubblewrapVersion(
            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    if (!version.isAtLeast(0, 5)) {
      throw new SandboxException("bubblewrap 0.5 or newer is needed; it is " + said.strip());
    }
    return version;
  }

  private boolean isAtLeast(int thatMajor, int thatMinor) {
    return major > thatMajor || major == thatMajor && minor >= thatMinor;
  }

  boolean canSizeMemoryFolders() {
    return isAtLeast(0, 7);
  }
}
