/// Load on a running server: beside a peer, more than it can bear, and for a long time.
@org.jspecify.annotations.NullMarked
package dev.freehold.bench.serving;
