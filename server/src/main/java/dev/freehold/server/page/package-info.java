/// The web pages: a chat and a view of the running server.
package dev.freehold.server.page;
