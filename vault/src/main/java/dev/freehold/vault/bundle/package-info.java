/// Kept models written to one file or folder that can be carried elsewhere, and taken in from one.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.bundle;
