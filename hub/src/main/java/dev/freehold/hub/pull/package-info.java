/// Models fetched by name: from the Hugging Face hub, from Ollama's registry, or from a web
/// address, verified by digest before anything names them.
package dev.freehold.hub.pull;
