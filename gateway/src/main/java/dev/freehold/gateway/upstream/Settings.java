package dev.freehold.gateway.upstream;

/// What differs among servers of one shape.
///
/// @param takesExtras whether it takes what the API's owner does not define and vLLM, llama-server
///   and Freehold do: `top_k`, `min_p`, penalties, `continue_final_message`
/// @param maxTokensField what OpenAI's form calls the most tokens of an answer
/// @param maxAnswer tokens of an answer where the request does not say and the form needs a number
public record Settings(boolean takesExtras, String maxTokensField, int maxAnswer) {
  public static final Settings DEFAULT = new Settings(false, "max_tokens", 4096);
}
