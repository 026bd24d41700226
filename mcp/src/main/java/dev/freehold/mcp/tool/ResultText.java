package dev.freehold.mcp.tool;

import dev.freehold.agent.tool.Excerpt;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.VisibleText;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What a server gives back, as the text that the model reads: bounded, nothing hidden; what is no
/// text is told and left out.
public final class ResultText {
  static final int LONGEST = 40_000;

  private static final int MOST_PARTS = 200;

  private ResultText() {}

  public static ToolOutcome of(McpSchema.CallToolResult result) {
    StringBuilder text = new StringBuilder();
    List<McpSchema.Content> content = Optional.ofNullable(result.content()).orElse(List.of());
    int parts = 0;
    for (McpSchema.Content part : content) {
      if (++parts > MOST_PARTS) {
        text.append(
            String.format(Locale.ROOT, "\n[%,d more parts left out]", content.size() - MOST_PARTS));
        break;
      }
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(part(part));
    }
    if (text.isEmpty() && result.structuredContent() != null) {
      text.append(JsonMapper.shared().writeValueAsString(result.structuredContent()));
    }
    String shown = text.isEmpty() ? "(no content)" : visible(text.toString());
    return Boolean.TRUE.equals(result.isError()) ? ToolOutcome.error(shown) : ToolOutcome.of(shown);
  }

  /// Spelled out, hidden characters take more room than they did.
  private static String visible(String text) {
    return Excerpt.of(VisibleText.of(Excerpt.of(text, LONGEST)), LONGEST + 4_000);
  }

  private static String part(McpSchema.Content part) {
    return switch (part) {
      case McpSchema.TextContent words -> Optional.ofNullable(words.text()).orElse("");
      case McpSchema.ImageContent image -> leftOut("image", image.mimeType(), image.data());
      case McpSchema.AudioContent audio -> leftOut("audio", audio.mimeType(), audio.data());
      case McpSchema.ResourceLink link ->
          "[link, not followed: %s]".formatted(VisibleText.line(String.valueOf(link.uri()), 400));
      case McpSchema.EmbeddedResource resource -> resource(resource.resource());
      default -> "[a kind of content that is not known, left out]";
    };
  }

  private static String resource(McpSchema.ResourceContents resource) {
    return switch (resource) {
      case McpSchema.TextResourceContents text ->
          "[%s]\n%s"
              .formatted(
                  VisibleText.line(String.valueOf(text.uri()), 400),
                  Optional.ofNullable(text.text()).orElse(""));
      case McpSchema.BlobResourceContents blob -> leftOut("file", blob.mimeType(), blob.blob());
      case null, default -> "[an empty resource]";
    };
  }

  private static String leftOut(String what, String type, String base64) {
    int bytes = base64 == null ? 0 : base64.length() / 4 * 3;
    return String.format(
        Locale.ROOT,
        "[%s of type %s, about %,d bytes, left out: only text is passed on]",
        what,
        VisibleText.line(String.valueOf(type), 60),
        bytes);
  }
}
