/// Questions with a fixed set of answers, and how likely a model finds each.
package dev.freehold.agent.choice;
