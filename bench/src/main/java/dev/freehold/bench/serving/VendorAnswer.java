package dev.freehold.bench.serving;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One answer of a [FakeVendor], in pieces or at once.
final class VendorAnswer {
  private static final JsonMapper JSON = JsonMapper.shared();
  static final int PROMPT_TOKENS = 20;
  static final int CACHED_TOKENS = 8;
  static final int ANSWER_TOKENS = 5;
  static final int THOUGHT_TOKENS = 2;

  private final FakeVendor.Form form;
  private final Socket socket;
  private final OutputStream out;
  private final FakeVendor.Request request;
  private int block = -1;
  private String blockType = "";
  private int calls;
  private boolean isEnded;

  VendorAnswer(FakeVendor.Form form, Socket socket, FakeVendor.Request request) throws IOException {
    this.form = form;
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.request = request;
  }

  FakeVendor.Request request() {
    return request;
  }

  JsonNode body() {
    return JSON.readTree(request.body());
  }

  boolean isEnded() {
    return isEnded;
  }

  /// A whole answer of any kind.
  ///
  /// @param headers further ones, each with its line break
  void reply(int status, String headers, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(status, bytes.length, headers);
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = java.util.Arrays.copyOf(start, start.length + bytes.length);
    System.arraycopy(bytes, 0, all, start.length, bytes.length);
    isEnded = true;
    out.write(all);
  }

  /// An error in the vendor's words.
  void error(int status, String headers, String type, String message) throws IOException {
    String told = JSON.writeValueAsString(message);
    reply(
        status,
        headers,
        form == FakeVendor.Form.ANTHROPIC
            ? "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":%s}}"
                .formatted(type, told)
            : "{\"error\":{\"type\":\"%s\",\"code\":\"%s\",\"message\":%s}}"
                .formatted(type, type, told));
  }

  /// Begins a stream.
  ///
  /// @param model that the vendor says it is
  void begin(String model) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    String name = JSON.writeValueAsString(model);
    if (form == FakeVendor.Form.ANTHROPIC) {
      event(
          "message_start",
          ("\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":%s,\"usage\":"
                  + "{\"input_tokens\":%d,\"cache_read_input_tokens\":%d,\"output_tokens\":1}}")
              .formatted(name, PROMPT_TOKENS - CACHED_TOKENS, CACHED_TOKENS));
    } else {
      chunk(
          "{\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}"
              .formatted(name));
    }
  }

  void text(String text) throws IOException {
    String told = JSON.writeValueAsString(text);
    if (form == FakeVendor.Form.ANTHROPIC) {
      open("text", "\"text\":\"\"");
      delta("\"type\":\"text_delta\",\"text\":" + told);
    } else {
      delta("\"content\":" + told);
    }
  }

  void thought(String text) throws IOException {
    String told = JSON.writeValueAsString(text);
    if (form == FakeVendor.Form.ANTHROPIC) {
      open("thinking", "\"thinking\":\"\"");
      delta("\"type\":\"thinking_delta\",\"thinking\":" + told);
    } else {
      delta("\"reasoning_content\":" + told);
    }
  }

  /// A call of a tool.
  ///
  /// @param arguments JSON in pieces
  void call(String id, String name, String... arguments) throws IOException {
    int index = calls++;
    if (form == FakeVendor.Form.ANTHROPIC) {
      blockType = "";
      open("tool_use", "\"id\":\"%s\",\"name\":\"%s\",\"input\":{}".formatted(id, name));
    } else {
      delta(
          ("\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"type\":\"function\",\"function\":"
                  + "{\"name\":\"%s\",\"arguments\":\"\"}}]")
              .formatted(index, id, name));
    }
    for (String piece : arguments) {
      String told = JSON.writeValueAsString(piece);
      delta(
          form == FakeVendor.Form.ANTHROPIC
              ? "\"type\":\"input_json_delta\",\"partial_json\":" + told
              : "\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]"
                  .formatted(index, told));
    }
  }

  /// The reason of the end, as OpenAI has it, the usage and the last mark.
  void end(String reason) throws IOException {
    end(reason, PROMPT_TOKENS);
  }

  /// The same with a count of tokens of the prompt, none of them cached.
  void end(String reason, int promptTokens) throws IOException {
    int cached = promptTokens == PROMPT_TOKENS ? CACHED_TOKENS : 0;
    if (form == FakeVendor.Form.ANTHROPIC) {
      close();
      String told =
          switch (reason) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> "end_turn";
          };
      event(
          "message_delta",
          ("\"delta\":{\"stop_reason\":\"%s\"},\"usage\":{\"input_tokens\":%d,"
                  + "\"cache_read_input_tokens\":%d,\"output_tokens\":%d,"
                  + "\"output_tokens_details\":{\"thinking_tokens\":%d}}")
              .formatted(told, promptTokens - cached, cached, ANSWER_TOKENS, THOUGHT_TOKENS));
      event("message_stop", "\"x\":0");
    } else {
      chunk(
          "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}".formatted(reason));
      chunk(
          ("{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,"
                  + "\"prompt_tokens_details\":{\"cached_tokens\":%d},"
                  + "\"completion_tokens_details\":{\"reasoning_tokens\":%d}}}")
              .formatted(promptTokens, ANSWER_TOKENS, cached, THOUGHT_TOKENS));
      chunk("[DONE]");
    }
    isEnded = true;
    out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Ends the connection as a crash does.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void open(String type, String more) throws IOException {
    if (!blockType.equals(type)) {
      close();
      block++;
      blockType = type;
      event(
          "content_block_start",
          "\"index\":%d,\"content_block\":{\"type\":\"%s\",%s}".formatted(block, type, more));
    }
  }

  private void close() throws IOException {
    if (block >= 0) {
      event("content_block_stop", "\"index\":" + block);
    }
  }

  private void delta(String members) throws IOException {
    if (form == FakeVendor.Form.ANTHROPIC) {
      event("content_block_delta", "\"index\":%d,\"delta\":{%s}".formatted(block, members));
    } else {
      chunk(
          "{\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":null}]}".formatted(members));
    }
  }

  private void event(String name, String members) throws IOException {
    piece("event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(name, name, members));
  }

  private void chunk(String data) throws IOException {
    piece("data: " + data + "\n\n");
  }

  /// A piece of the body as it is.
  void piece(String text) throws IOException {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    String piece = Integer.toHexString(length) + "\r\n" + text + "\r\n";
    out.write(piece.getBytes(StandardCharsets.UTF_8));
  }
}
