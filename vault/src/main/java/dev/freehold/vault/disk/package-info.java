/// What a store asks of a file system, and the file system of this machine.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.disk;
