/// Ollama's own dialect, by which many programs look for models on a machine.
package dev.freehold.server.ollama;
