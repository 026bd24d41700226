package dev.freehold.engine.reply;

import java.util.List;

/// Takes an answer apart while it is written; one parser serves one answer.
///
/// No input makes it fail. How the text is cut into pieces changes nothing but the cut of the parts
/// that come back. Text that may yet become a mark, or white space that a mark may make a matter of
/// layout, is held back only as long as that is open.
public interface ReplyParser {
  /// Where in an answer the next symbol stands.
  enum Place {
    /// In a block of thoughts.
    THOUGHTS,
    /// Between or in the marks that say what follows; only in formats of messages with headers.
    MARKS,
    /// In the content, or where it may begin.
    CONTENT,
    /// Behind a mark that opens calls, as far as what follows may be calls.
    CALLS
  }

  /// Takes the next piece of text.
  List<ReplyPart> feed(String text);

  /// Takes a special token, which is not part of the text: those that the format knows as marks are
  /// obeyed, others ignored.
  ///
  /// @param token as the vocabulary writes it
  List<ReplyPart> mark(String token);

  /// Where the answer is, after what has been taken.
  Place place();

  /// Says that nothing more comes and returns what was held back.
  List<ReplyPart> finish();
}
