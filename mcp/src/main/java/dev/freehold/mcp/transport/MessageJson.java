package dev.freehold.mcp.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// How messages are read: within limits of size, depth and number of values, without duplicate
/// keys.
public final class MessageJson {
  /// Of one message: room for a picture, which is told and left out.
  public static final int MOST_BYTES = 8 << 20;

  private static final long MOST_TOKENS = 250_000;
  private static final int DEEPEST = 64;

  private MessageJson() {}

  public static McpJsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(MOST_BYTES)
                    .maxStringLength(MOST_BYTES)
                    .maxTokenCount(MOST_TOKENS)
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(128)
                    .maxNameLength(1 << 12)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return new JacksonMcpJsonMapper(JsonMapper.builder(factory).build());
  }
}
