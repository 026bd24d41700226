/// Tools of MCP servers, for an agent: reached, bounded, pinned.
@org.jspecify.annotations.NullMarked
module dev.freehold.mcp {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.agent;
  requires dev.freehold.chat;
  requires dev.freehold.tensor;
  requires io.modelcontextprotocol.sdk.mcp.core;
  requires io.modelcontextprotocol.sdk.mcp.json.jackson3;
  requires java.net.http;
  requires reactor.core;
  requires org.reactivestreams;
  requires tools.jackson.core;
  requires transitive tools.jackson.databind;

  exports dev.freehold.mcp;
  exports dev.freehold.mcp.configuration;
  exports dev.freehold.mcp.pin;
  exports dev.freehold.mcp.tool;
  exports dev.freehold.mcp.transport;
}
