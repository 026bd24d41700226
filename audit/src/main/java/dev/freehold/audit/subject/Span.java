package dev.freehold.audit.subject;

/// A quotation of a stored document: what an answer rests on.
///
/// @param document its name
/// @param sha256 of the document's bytes, as 64 lowercase digits
/// @param offset of the quotation's first byte
/// @param quote the words as they stand there, shortened where they are long
public record Span(String document, String sha256, long offset, String quote) {}
