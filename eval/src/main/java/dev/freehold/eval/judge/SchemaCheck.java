package dev.freehold.eval.judge;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import dev.freehold.eval.EvalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/// Whether values are valid under a JSON Schema of draft 2020-12; formats are checked too.
///
/// Nothing is fetched: a reference to another document is an error. Since schemas can be written
/// whose checking takes exponential time, each value has a time limit, and a schema that once
/// exceeds it is not used again: there is at most one runaway thread for each schema.
public final class SchemaCheck {
  private static final int MOST_NODES = 20_000;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Schema schema;
  private final Duration limit;
  private volatile boolean barred;

  private SchemaCheck(Schema schema, Duration limit) {
    this.schema = schema;
    this.limit = limit;
  }

  /// @throws EvalException where this is no schema that can be used
  public static SchemaCheck of(JsonNode schema) {
    return of(schema, LIMIT);
  }

  static SchemaCheck of(JsonNode schema, Duration limit) {
    if (!schema.isObject() && !schema.isBoolean()) {
      throw new EvalException("expected a JSON Schema, an object or a boolean");
    }
    if (nodes(schema, 0) > MOST_NODES) {
      throw new EvalException(
          "expected a schema of at most %,d values, found more".formatted(MOST_NODES));
    }
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .formatAssertionsEnabled(true)
            .regularExpressionFactory(SchemaCheck::regex)
            .preloadSchema(false)
            .build();
    try {
      Schema compiled =
          SchemaRegistry.withDefaultDialect(
                  SpecificationVersion.DRAFT_2020_12,
                  builder ->
                      builder
                          .schemaRegistryConfig(config)
                          .schemaLoader(loader ->
                              loader
                                  .fetchRemoteResources(false)
                                  .allow(iri ->
                                      iri.toString().startsWith("https://json-schema.org/"))))
              .getSchema(schema);
      return new SchemaCheck(compiled, limit);
    } catch (SchemaException | IllegalArgumentException wrong) {
      throw new EvalException("cannot be used as a JSON Schema: " + wrong.getMessage(), wrong);
    } catch (StackOverflowError tooDeep) {
      throw new EvalException("refers to itself without end", tooDeep);
    }
  }

  private static int nodes(JsonNode node, int counted) {
    int sum = counted + 1;
    for (JsonNode child : node) {
      if (sum > MOST_NODES) {
        return sum;
      }
      sum = nodes(child, sum);
    }
    return sum;
  }

  private static RegularExpression regex(String pattern) {
    BoundedRegex compiled = BoundedRegex.compile(pattern, 0);
    return compiled::find;
  }

  /// What the schema says of a value.
  public Judgement judge(JsonNode value) {
    if (barred) {
      return Judgement.none("checking by this schema took more than " + seconds());
    }
    FutureTask<Judgement> task = new FutureTask<>(() -> validate(value));
    Thread.ofPlatform().daemon().name("schema check").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException tooLong) {
      barred = true;
      return Judgement.none("checking by this schema took more than " + seconds());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Judgement.none("was interrupted");
    } catch (ExecutionException failure) {
      return Judgement.none("the schema cannot be used: " + failure.getCause());
    }
  }

  private String seconds() {
    return "%.1f s".formatted(limit.toMillis() / 1000.0);
  }

  private Judgement validate(JsonNode value) {
    try {
      List<Error> errors = schema.validate(value);
      return errors.isEmpty()
          ? Judgement.RIGHT
          : Judgement.wrong("is not valid: " + errors.getFirst());
    } catch (BoundedRegex.TooManyStepsException tooMany) {
      return Judgement.none(String.valueOf(tooMany.getMessage()));
    } catch (SchemaException | EvalException wrong) {
      return Judgement.none("the schema cannot be used: " + wrong.getMessage());
    } catch (StackOverflowError tooDeep) {
      return Judgement.none("the schema refers to itself without end");
    }
  }
}
