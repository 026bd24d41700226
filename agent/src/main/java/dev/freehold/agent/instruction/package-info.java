/// What a project and its person say of how work is done there.
@org.jspecify.annotations.NullMarked
package dev.freehold.agent.instruction;
