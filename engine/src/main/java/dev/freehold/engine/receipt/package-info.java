/// Receipts: what an answer was computed from, in a form by which anyone can compute it again.
package dev.freehold.engine.receipt;
