package dev.freehold.engine.reply;

/// The text around a call of a format.
///
/// @param before up to the tool's name
/// @param between from the name to the arguments
/// @param after behind the arguments
/// @param json whether the arguments are one JSON object
record CallFrame(String before, String between, String after, boolean json) {}
