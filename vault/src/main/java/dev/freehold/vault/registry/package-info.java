/// Kept models from registries and to them, by the OCI distribution protocol.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.registry;
