package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Real;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The filter `tojson`, as Python's `json.dumps` writes.
///
/// The whole JSON text counts as untrusted as soon as one string in it is.
final class JsonText {
  private static final Signature SIGNATURE =
      Signature.of("tojson", "ensure_ascii?", "indent?", "separators?", "sort_keys?");

  private final Run run;
  private final StringBuilder out = new StringBuilder();
  private final boolean ascii;
  private final boolean sortKeys;
  private final @Nullable String indent;
  private String itemSeparator;
  private String keySeparator;
  private boolean trusted = true;
  private int level;

  private JsonText(Run run, Bound arguments) {
    this.run = run;
    this.ascii = arguments.truth(0, false);
    this.sortKeys = arguments.truth(3, false);
    this.indent = arguments.has(1) ? indent(arguments) : null;
    this.itemSeparator = indent == null ? ", " : ",";
    this.keySeparator = ": ";
    if (arguments.has(2)) {
      List<Value> separators = Operators.toList(run, arguments.value(2));
      if (separators.size() != 2
          || !(separators.get(0) instanceof Text item)
          || !(separators.get(1) instanceof Text key)) {
        throw run.error("tojson: 'separators' must be two strings");
      }
      this.itemSeparator = item.chars();
      this.keySeparator = key.chars();
    }
  }

  private String indent(Bound arguments) {
    if (arguments.value(1) instanceof Text text) {
      return text.chars();
    }
    int width = Math.max(0, arguments.integer(1));
    run.allocate(width);
    return " ".repeat(width);
  }

  static Value write(Run run, Value value, Arguments arguments) {
    JsonText json = new JsonText(run, SIGNATURE.bind(run, arguments));
    json.write(value);
    return Text.of(json.out.toString(), json.trusted);
  }

  private void write(Value value) {
    run.step();
    switch (value) {
      case Text text -> string(text);
      case Int number -> append(Printing.integer(run.checkSize(number.value())));
      case Real number -> append(real(number.value()));
      case Bool bool -> append(bool == Bool.TRUE ? "true" : "false");
      case None none -> append("null");
      case ListValue list -> list(list);
      case DictValue dict -> mapping(dict);
      default -> throw run.error("tojson cannot write " + Operators.describe(value) + " as JSON");
    }
  }

  private void append(String text) {
    run.allocate(text.length());
    out.append(text);
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return Printing.real(value);
  }

  private void list(ListValue list) {
    Iterator<Value> items = list.items().iterator();
    if (!items.hasNext()) {
      append("[]");
      return;
    }
    open("[");
    while (items.hasNext()) {
      write(items.next());
      separate(items.hasNext());
    }
    append("]");
  }

  private void mapping(DictValue dict) {
    List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
    if (sortKeys) {
      entries.sort((a, b) -> Operators.order(run, a.key(), b.key()));
    }
    Iterator<DictValue.Entry> items = entries.iterator();
    if (!items.hasNext()) {
      append("{}");
      return;
    }
    open("{");
    while (items.hasNext()) {
      DictValue.Entry entry = items.next();
      key(entry.key());
      append(keySeparator);
      write(entry.value());
      separate(items.hasNext());
    }
    append("}");
  }

  private void key(Value key) {
    switch (key) {
      case Text text -> string(text);
      case Int number -> append('"' + Printing.integer(run.checkSize(number.value())) + '"');
      case Real number -> append('"' + real(number.value()) + '"');
      case Bool bool -> append(bool == Bool.TRUE ? "\"true\"" : "\"false\"");
      case None none -> append("\"null\"");
      default -> throw run.error("tojson: " + Operators.describe(key) + " cannot be a key in JSON");
    }
  }

  private void open(String bracket) {
    append(bracket);
    level++;
    newLine();
  }

  private void separate(boolean more) {
    if (more) {
      append(itemSeparator);
    } else {
      level--;
    }
    newLine();
  }

  private void newLine() {
    if (indent != null) {
      append("\n");
      for (int i = 0; i < level; i++) {
        append(indent);
      }
    }
  }

  private void string(Text text) {
    trusted &= text.isTrusted();
    String chars = text.chars();
    run.allocate(chars.length() + 2L);
    out.append('"');
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            run.allocate(6);
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
