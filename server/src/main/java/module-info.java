/// The HTTP server: the dialects that clients speak, over the interfaces of `chat`.
@org.jspecify.annotations.NullMarked
module dev.freehold.server {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires transitive tools.jackson.databind;
  requires dev.freehold.tensor;
  requires io.helidon.common.buffers;
  requires io.helidon.common.configurable;
  requires io.helidon.common.pki;
  requires io.helidon.common.socket;
  requires io.helidon.common.tls;
  requires io.helidon.http;
  requires io.helidon.webserver;

  exports dev.freehold.server;
  exports dev.freehold.server.anthropic;
  exports dev.freehold.server.ollama;
  exports dev.freehold.server.openai;
  exports dev.freehold.server.page;
  exports dev.freehold.server.responses;
  exports dev.freehold.server.wire;
}
