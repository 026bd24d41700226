package dev.freehold.train.data;

import dev.freehold.tensor.Sha256;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import java.util.List;
import java.util.stream.LongStream;

/// The first documents of a source; one is found by its id by looking at all.
///
/// @param count documents that are trained on
public record SourceDocuments(DocumentSource source, Tokenizer tokenizer, long count)
    implements Documents {
  @Override
  public List<Long> numbers(String id) {
    return LongStream.range(0, count)
        .parallel()
        .filter(number -> id(number).equals(id))
        .boxed()
        .toList();
  }

  @Override
  public String id(long number) {
    require(number);
    return Sha256.of(source.document(number).text());
  }

  @Override
  public int[] tokens(long number) {
    require(number);
    return TokenDocument.of(source.document(number), tokenizer).tokens();
  }

  private void require(long number) {
    if (number < 0 || number >= count) {
      throw new TrainException(
          "document %d: documents 0 to %d are trained on".formatted(number, count - 1));
    }
  }
}
