/// What becomes of a ticket: the answer that goes out, and the case that is learned from.
package dev.freehold.desk.outcome;
