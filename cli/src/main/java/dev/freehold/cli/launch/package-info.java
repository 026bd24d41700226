/// Clients of others, and how each is told to use a Freehold server: `freehold launch`.
package dev.freehold.cli.launch;
