/// Who may do what: rules, and the person who is asked where they say nothing. The boundary is the
/// sandbox; rules only say what is asked.
package dev.freehold.agent.permission;
