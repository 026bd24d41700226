/// How messages go to a server and come back, bounded in size and number.
@org.jspecify.annotations.NullMarked
package dev.freehold.mcp.transport;
