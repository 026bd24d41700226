/// Machine code for x86-64, emitted when the program runs: an assembler, and the kernels written in
/// it.
///
/// Nothing here computes anything in Java. A kernel is a method that writes instructions, one call
/// each, under the names of the processor makers' manuals; [dev.freehold.kernel.x86.Assembler]
/// encodes them, and [dev.freehold.kernel.x86.Program] holds the bytes where the processor may
/// execute them. Source of encodings: Intel 64 and IA-32 Architectures Software Developer's Manual,
/// volume 2.
package dev.freehold.kernel.x86;
