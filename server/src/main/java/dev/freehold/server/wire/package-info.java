/// What the dialects share: fields of requests, names, and answers cut into parts.
package dev.freehold.server.wire;
