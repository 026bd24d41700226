/// Licence texts: which one it is, and what it asks, by rules with quoted evidence.
@org.jspecify.annotations.NullMarked
package dev.freehold.audit.licence;
