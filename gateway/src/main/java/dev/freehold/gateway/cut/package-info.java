/// Backends that are cut off on purpose, to see what happens without them.
package dev.freehold.gateway.cut;
