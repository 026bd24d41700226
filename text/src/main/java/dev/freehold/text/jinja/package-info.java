/// A sandboxed interpreter of the part of Jinja that chat templates use.
///
/// Source goes through [Lexer] and [Parser] to [Stmt] and [Expr]; [Executor] and [Evaluator] run
/// them. Every string is a [Text] that knows, character by character, whether it comes from the
/// template or from the conversation. Templates see nothing but JSON's types, and every run has a
/// [Run] that bounds steps, memory and depth.
///
/// Behaviour follows jinja2 3.1 with an immutable sandbox and the settings of Hugging Face
/// transformers (`trim_blocks`, `lstrip_blocks`, loop controls, no escaping).
package dev.freehold.text.jinja;
