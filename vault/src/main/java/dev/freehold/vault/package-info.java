/// A content-addressed store of models and of what is known of them.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault;
