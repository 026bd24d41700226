/// What requests took and cost: prices, budgets, and the store that keeps every bill.
package dev.freehold.gateway.ledger;
