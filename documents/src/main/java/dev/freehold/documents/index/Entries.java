package dev.freehold.documents.index;

import dev.freehold.documents.extract.Passages.Passage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// The two kinds of entries that the index holds, one for each file and one for each passage, and
/// their fields.
final class Entries {
  /// The key of the file that an entry is about.
  static final String FILE = "file";

  /// The key of the file that an entry holds a passage of.
  static final String SOURCE = "source";

  /// The key again, to put results in order by.
  static final String ORDER = "order";

  static final String START = "start";
  static final String VECTOR = "vector";

  private static final String END = "end";
  private static final String PAGE = "page";
  private static final String HEADING = "heading";
  private static final String TEXT = "text";
  private static final String FOLDER = "folder";
  private static final String PATH = "path";
  private static final String BYTES = "bytes";
  private static final String MODIFIED = "modified";
  private static final String READ = "read";
  private static final String SHA256 = "sha256";
  private static final String PASSAGES = "passages";
  private static final String PROBLEM = "problem";
  private static final String NOTE = "note";

  private Entries() {}

  static Document of(FileRecord file) {
    Document entry = new Document();
    entry.add(new StringField(FILE, file.key(), Field.Store.NO));
    entry.add(new StoredField(FOLDER, file.folder()));
    entry.add(new StoredField(PATH, file.path()));
    entry.add(new StoredField(BYTES, file.bytes()));
    entry.add(new StoredField(MODIFIED, file.modifiedMillis()));
    entry.add(new StoredField(READ, file.readMillis()));
    entry.add(new StoredField(SHA256, file.sha256()));
    entry.add(new StoredField(PASSAGES, file.passages()));
    entry.add(new StoredField(PROBLEM, file.problem()));
    file.notes().forEach(note -> entry.add(new StoredField(NOTE, note)));
    return entry;
  }

  static FileRecord file(Document entry) {
    return new FileRecord(
        (int) number(entry, FOLDER),
        text(entry, PATH),
        number(entry, BYTES),
        number(entry, MODIFIED),
        number(entry, READ),
        text(entry, SHA256),
        (int) number(entry, PASSAGES),
        text(entry, PROBLEM),
        List.of(entry.getValues(NOTE)));
  }

  /// @param text of the whole document
  /// @param vector of the passage; empty where the index has none
  static Document of(FileRecord file, Passage passage, String text, float[] vector) {
    Document entry = new Document();
    String words = text.substring(passage.start(), passage.end());
    entry.add(new StringField(SOURCE, file.key(), Field.Store.NO));
    entry.add(new SortedDocValuesField(ORDER, new BytesRef(file.key())));
    entry.add(new NumericDocValuesField(START, passage.start()));
    entry.add(new StoredField(START, passage.start()));
    entry.add(new StoredField(END, passage.end()));
    entry.add(new StoredField(PAGE, passage.place().page()));
    passage.place().headings().forEach(line -> entry.add(new StoredField(HEADING, line)));
    entry.add(new StoredField(TEXT, words));
    entry.add(new StoredField(FOLDER, file.folder()));
    entry.add(new StoredField(PATH, file.path()));
    entry.add(new StoredField(SHA256, file.sha256()));
    String searched = searched(file.path(), passage.place().headings(), words);
    for (String field : Words.FIELDS) {
      entry.add(new TextField(field, searched, Field.Store.NO));
    }
    if (vector.length > 0) {
      ByteBuffer bytes =
          ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      entry.add(new BinaryDocValuesField(VECTOR, new BytesRef(bytes.array())));
    }
    return entry;
  }

  /// What the words of a question are looked for in: a passage, and what stands above it.
  static String searched(String path, List<String> headings, String words) {
    List<String> parts = new ArrayList<>();
    parts.add(path.replaceAll("[/_.-]+", " "));
    parts.addAll(headings);
    parts.add(words);
    return String.join("\n", parts);
  }

  static StoredPassage passage(Document entry) {
    return new StoredPassage(
        (int) number(entry, FOLDER),
        text(entry, PATH),
        text(entry, SHA256),
        List.of(entry.getValues(HEADING)),
        (int) number(entry, PAGE),
        (int) number(entry, START),
        (int) number(entry, END),
        text(entry, TEXT));
  }

  private static long number(Document entry, String field) {
    @Nullable Number value =
        entry.getField(field) == null ? null : entry.getField(field).numericValue();
    if (value == null) {
      throw new IllegalStateException("an entry without " + field);
    }
    return value.longValue();
  }

  private static String text(Document entry, String field) {
    String value = entry.get(field);
    if (value == null) {
      throw new IllegalStateException("an entry without " + field);
    }
    return value;
  }
}
