package dev.freehold.text;

/// Takes up to so many of a character from the start of each token, or of the fused one.
final class LeadingStrip implements DecodeStage {
  private final int content;
  private final int count;
  private final DecodeStage next;
  private int left;

  LeadingStrip(int content, int count, DecodeStage next) {
    this.content = content;
    this.count = count;
    this.next = next;
    this.left = count;
  }

  @Override
  public void token(String text) {
    left = count;
    next.token(strip(text));
  }

  @Override
  public void chunk(String text) {
    next.chunk(strip(text));
  }

  private String strip(String text) {
    int at = 0;
    while (left > 0 && at < text.length()) {
      int cp = text.codePointAt(at);
      if (cp != content) {
        left = 0;
        break;
      }
      left--;
      at += Character.charCount(cp);
    }
    return text.substring(at);
  }

  @Override
  public void end() {
    next.end();
  }
}
