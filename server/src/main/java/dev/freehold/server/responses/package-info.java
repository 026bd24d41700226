/// OpenAI's newer dialect, responses, in its form without memory on the server.
package dev.freehold.server.responses;
