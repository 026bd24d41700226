/// What a run did, step by step, written down before and after, so that nothing happens twice.
package dev.freehold.agent.journal;
