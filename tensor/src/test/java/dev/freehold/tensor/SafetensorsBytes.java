package dev.freehold.tensor;

import java.nio.charset.StandardCharsets;

/// Builds safetensors files from a header's text and data, right ones and wrong ones.
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  static byte[] file(String header, int dataBytes) {
    return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static byte[] file(byte[] header, int dataBytes) {
    return GgufBytes.join(GgufBytes.u64(header.length), header, new byte[dataBytes]);
  }

  static String tensor(String name, String dtype, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }
}
