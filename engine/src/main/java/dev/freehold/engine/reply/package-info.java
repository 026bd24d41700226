/// From what a model writes to content, reasoning and tool calls, for the formats that chat
/// templates teach.
package dev.freehold.engine.reply;
