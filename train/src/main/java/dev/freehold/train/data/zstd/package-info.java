/// Decompression of zstd (RFC 8878), in plain Java with every index checked.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.data.zstd;
