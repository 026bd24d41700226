/// From documents to token shards: cleaning, rules, duplicates, replacement, tokenizer, shards.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.data.corpus;
