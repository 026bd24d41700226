/// The servers of one run and their tools.
@org.jspecify.annotations.NullMarked
package dev.freehold.mcp;
