package dev.freehold.engine;

import dev.freehold.chat.Sampling;
import dev.freehold.model.Model;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;

/// A model with all that turns messages into its tokens and its tokens into text.
///
/// @param name what requests call it
/// @param templates may be empty: the model then continues text and knows no turns
/// @param defaults how tokens are chosen where a request does not say
public record LocalModel(
    String name, Model model, Tokenizer tokenizer, ChatTemplates templates, Sampling defaults) {}
