/// The one way from a confined command to the network: a proxy that knows which hosts are allowed.
package dev.freehold.agent.sandbox.proxy;
