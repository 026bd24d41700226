/// Skills: folders with a `SKILL.md` that says how a kind of work is done.
@org.jspecify.annotations.NullMarked
package dev.freehold.agent.skill;
