/// How much energy answers of this machine take.
package dev.freehold.gateway.energy;
