/// Kept models copied to another place.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.mirror;
