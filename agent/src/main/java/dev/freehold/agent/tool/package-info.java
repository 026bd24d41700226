/// What a model may ask to be done, and what doing it would change.
package dev.freehold.agent.tool;
