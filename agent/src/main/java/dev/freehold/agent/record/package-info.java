/// Runs as files, and whether doing them again gives the same.
package dev.freehold.agent.record;
