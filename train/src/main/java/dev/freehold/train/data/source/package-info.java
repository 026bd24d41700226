/// Reads documents from files: plain text and JSON lines, as they are or compressed.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.data.source;
