/// Servers of others: requests and answers in their forms, read within limits.
package dev.freehold.gateway.upstream;
