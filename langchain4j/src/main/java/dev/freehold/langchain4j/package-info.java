/// LangChain4j's chat, streaming, embedding and token interfaces over a model in this process.
@NullMarked
package dev.freehold.langchain4j;

import org.jspecify.annotations.NullMarked;
