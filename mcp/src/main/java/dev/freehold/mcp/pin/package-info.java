/// What tools looked like when the person gave leave to use them.
@org.jspecify.annotations.NullMarked
package dev.freehold.mcp.pin;
