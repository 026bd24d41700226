/// Parity of kept models, and damaged ones made whole again.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.repair;
