/// Messages to prompt to token ids and back: tokenizers and chat templates.
@org.jspecify.annotations.NullMarked
module dev.freehold.text {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;

  exports dev.freehold.text;
  exports dev.freehold.text.unicode;
}
