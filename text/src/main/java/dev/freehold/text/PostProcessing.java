package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.util.List;

/// The ids that a post-processor of a `tokenizer.json` puts around a text.
///
/// @param before ids in front
/// @param after ids behind
record PostProcessing(int[] before, int[] after) {
  private static final PostProcessing NONE = new PostProcessing(new int[0], new int[0]);

  /// @param size ids below this are in the vocabulary
  static PostProcessing of(Fields fields, int size) {
    if (fields.values().isEmpty()) {
      return NONE;
    }
    String type = fields.requiredString("type");
    return switch (type) {
      case "ByteLevel" -> NONE;
      case "TemplateProcessing" -> template(fields, size);
      case "BertProcessing", "RobertaProcessing" ->
          new PostProcessing(
              new int[] {pairId(fields, "cls", size)}, new int[] {pairId(fields, "sep", size)});
      case "Sequence" -> {
        PostProcessing all = NONE;
        for (Fields part : fields.objects("processors")) {
          all = of(part, size).around(all);
        }
        yield all;
      }
      default ->
          throw fields.error(
              "type",
              ("\"%s\" is not supported; supported are TemplateProcessing, BertProcessing,"
                      + " RobertaProcessing, ByteLevel, Sequence")
                  .formatted(type));
    };
  }

  private PostProcessing around(PostProcessing inner) {
    IntList front = new IntList();
    front.addAll(before, 0, before.length);
    front.addAll(inner.before, 0, inner.before.length);
    IntList back = new IntList();
    back.addAll(inner.after, 0, inner.after.length);
    back.addAll(after, 0, after.length);
    return new PostProcessing(front.toArray(), back.toArray());
  }

  private static PostProcessing template(Fields fields, int size) {
    IntList before = new IntList();
    IntList after = new IntList();
    boolean textSeen = false;
    Fields specials = fields.object("special_tokens");
    for (Fields piece : fields.objects("single")) {
      if (piece.has("Sequence")) {
        if (textSeen || !piece.object("Sequence").requiredString("id").equals("A")) {
          throw piece.error("Sequence", "expected the text (A) once");
        }
        textSeen = true;
        continue;
      }
      String name = piece.object("SpecialToken").requiredString("id");
      if (!specials.has(name)) {
        throw piece.error("SpecialToken", "\"%s\" is not in special_tokens".formatted(name));
      }
      Fields token = specials.object(name);
      for (Object id : token.list("ids")) {
        (textSeen ? after : before).add(checked(token, "ids", id, size));
      }
    }
    if (!textSeen) {
      throw fields.error("single", "has no place for the text (A)");
    }
    return new PostProcessing(before.toArray(), after.toArray());
  }

  private static int pairId(Fields fields, String name, int size) {
    List<Object> pair = fields.list(name);
    if (pair.size() != 2) {
      throw fields.error(name, "expected a pair of text and id");
    }
    return checked(fields, name, pair.get(1), size);
  }

  private static int checked(Fields fields, String name, Object id, int size) {
    if (!(id instanceof Double number) || number < 0 || number >= size) {
      throw fields.error(
          name, "id %s, but the vocabulary has the ids 0 to %d".formatted(id, size - 1));
    }
    return number.intValue();
  }
}
