package dev.freehold.kernel.x86;

/// What an instruction on vectors may read last: a register, memory, or one number of memory in
/// every lane.
public sealed interface Operand permits Vec, Mem, Broadcast {}
