package dev.freehold.engine.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.OutputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every schema is refused with a reason, or whatever is written under it is valid by an
/// independent validator.
class SchemaTest {
  private static final int SCHEMAS = 400;
  private static final RandomAnswer ANSWERS = RandomAnswer.byteLevel();
  private static final JsonMapper JSON = JsonMapper.shared();

  static final List<String> ACCEPTED = lines("accepted.jsonl");
  static final List<String> REFUSED = lines("refused.jsonl");

  private static List<String> lines(String file) {
    try (InputStream bytes = Objects.requireNonNull(SchemaTest.class.getResourceAsStream(file))) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema judge(JsonNode schema) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }

  private static Constraint compile(JsonNode schema) {
    return Constraint.compile(new OutputFormat.JsonSchema(schema), ANSWERS.vocabulary())
        .orElseThrow();
  }

  /// Writes answers and has them judged; returns how many were finished.
  private static int check(JsonNode schema, Constraint constraint, int answers, long seed) {
    Schema judge = judge(schema);
    int finished = 0;
    for (int i = 0; i < answers; i++) {
      Optional<String> text = ANSWERS.write(constraint, new Random(seed * 1000 + i));
      if (text.isPresent()) {
        finished++;
        JsonNode document = JSON.readTree(text.get());
        List<Error> errors =
            judge.validate(
                document, context -> context.executionConfig(c -> c.formatAssertionsEnabled(true)));
        assertThat(errors)
            .as("seed %d.%d, schema %s, document %s", seed, i, schema, text.get())
            .isEmpty();
      }
    }
    return finished;
  }

  @Test
  void schemasOfRealShapeAreRefusedOrHeld() {
    int accepted = 0;
    int finished = 0;
    List<String> refusals = new ArrayList<>();
    for (int seed = 0; seed < SCHEMAS; seed++) {
      JsonNode schema = SchemaWriter.write(seed);
      try {
        Constraint constraint = compile(schema);
        accepted++;
        finished += check(schema, constraint, 4, seed);
      } catch (ChatException refusal) {
        assertThat(refusal.kind()).isEqualTo(ChatException.Kind.INVALID_REQUEST);
        assertThat(refusal).hasMessageStartingWith("schema: ");
        refusals.add(seed + ": " + refusal.getMessage());
      }
    }
    assertThat(accepted)
        .as("accepted of %d; refused: %s", SCHEMAS, refusals)
        .isGreaterThan(SCHEMAS * 3 / 4);
    assertThat(finished).as("finished answers").isGreaterThan(accepted * 4 * 9 / 10);
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void whatIsAcceptedIsHeld(String text) {
    JsonNode schema = JSON.readTree(text);
    assertThat(check(schema, compile(schema), 20, 1)).isGreaterThan(12);
  }

  @ParameterizedTest
  @FieldSource("REFUSED")
  void whatCannotBeHeldIsRefusedWithItsPlace(String text) {
    JsonNode refused = JSON.readTree(text);
    JsonNode schema = refused.path("schema");
    long start = System.nanoTime();
    assertThatThrownBy(() -> compile(schema))
        .isInstanceOf(ChatException.class)
        .hasMessageStartingWith("schema: ")
        .hasMessageContaining(refused.path("reason").stringValue());
    assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(60_000);
  }
}
