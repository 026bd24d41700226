/// Engines that run as processes of their own and are looked after.
package dev.freehold.gateway.engine;
