/// Which servers there are, as the person's files name them.
@org.jspecify.annotations.NullMarked
package dev.freehold.mcp.configuration;
