/// A backend over several: which of them answers, and what happens when it fails.
package dev.freehold.gateway;
