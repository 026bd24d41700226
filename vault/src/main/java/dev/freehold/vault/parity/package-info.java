/// Parity: what is kept beside a file so that damaged parts of it can be computed again.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.parity;
