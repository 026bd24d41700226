package dev.freehold.kernel.x86;

/// A 32-bit number of memory in every lane, as AVX-512's instructions take it.
public record Broadcast(Mem at) implements Operand {}
