/// Commands that a model wants run, confined by the kernel.
package dev.freehold.agent.sandbox;
