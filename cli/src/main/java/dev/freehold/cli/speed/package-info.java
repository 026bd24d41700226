/// What `freehold bench` measures: speeds of a model, those of a peer beside it, and the machine's
/// limits.
@org.jspecify.annotations.NullMarked
package dev.freehold.cli.speed;
