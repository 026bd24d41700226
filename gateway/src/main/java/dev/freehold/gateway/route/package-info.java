/// Which upstreams may answer a request, and in which order; the file that says so.
package dev.freehold.gateway.route;
