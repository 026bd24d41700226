/// Anthropic's dialect: messages and their token counts.
package dev.freehold.server.anthropic;
