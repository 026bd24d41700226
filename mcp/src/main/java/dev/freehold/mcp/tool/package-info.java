/// What servers say of their tools, checked, and what calls give back.
@org.jspecify.annotations.NullMarked
package dev.freehold.mcp.tool;
