package dev.freehold.text;

import java.util.Set;

/// Which tokens end an answer or serve as other marks, by the texts that models give them.
///
/// Source: llama.cpp, `llama-vocab.cpp`.
final class StopTokens {
  /// Ends of text, turn, message or call.
  static final Set<String> ENDS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
          "[e~[");

  /// Marks of filling in the middle that also end an answer.
  static final Set<String> FILL_ENDS =
      Set.of(
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  /// Marks of filling in the middle.
  static final Set<String> FILL =
      Set.of(
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<\uFF5Cfim\u2581begin\uFF5C>",
          "<PRE>",
          "\u2581<PRE>",
          "<|code_prefix|>",
          "<|prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<\uFF5Cfim\u2581hole\uFF5C>",
          "<SUF>",
          "\u2581<SUF>",
          "<|code_suffix|>",
          "<|suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<\uFF5Cfim\u2581end\uFF5C>",
          "<MID>",
          "\u2581<MID>",
          "<|code_middle|>",
          "<|middle|>");

  /// Marks inside an answer that readers of it need to see.
  static final Set<String> SHOWN =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private StopTokens() {}
}
