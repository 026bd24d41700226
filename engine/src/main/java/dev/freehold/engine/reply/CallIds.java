package dev.freehold.engine.reply;

import dev.freehold.tensor.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Ids of tool calls: functions of a seed and the call's index.
///
/// @param prefix what every id begins with
/// @param length how many letters and digits follow
record CallIds(String prefix, int length) {
  /// As OpenAI writes them.
  static final CallIds LONG = new CallIds("call_", 24);

  /// As the templates of Mistral demand.
  static final CallIds NINE = new CallIds("", 9);

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  String id(long seed, int index) {
    MessageDigest sha = Sha256.begin();
    sha.update("freehold call id".getBytes(StandardCharsets.US_ASCII));
    sha.update(ByteBuffer.allocate(12).putLong(seed).putInt(index).array());
    byte[] digest = sha.digest();
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < length; i++) {
      id.append(ALPHABET.charAt((digest[i] & 0xFF) % ALPHABET.length()));
    }
    return id.toString();
  }
}
