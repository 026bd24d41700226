/// Signatures under models, after OpenSSF Model Signing 1.0 with keys of the signer's own.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.sign;
