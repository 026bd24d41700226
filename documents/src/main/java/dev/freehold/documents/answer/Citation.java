package dev.freehold.documents.answer;

/// A quote that an answer rests on, as it stands in its source.
///
/// @param source the source's number, from 1 on, as the answer's text has it in brackets
/// @param quote word for word as the document has it
/// @param start its first character, within the document's extracted text
/// @param end after its last one
public record Citation(int source, String quote, int start, int end) {}
