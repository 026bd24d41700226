package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SchemaValuesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"string\"} | 5 | \"5\"",
        "{\"type\": \"string\"} | true | \"true\"",
        "{\"type\": \"integer\"} | 5 | 5",
        "{\"type\": \"integer\"} | five | \"five\"",
        "{\"type\": \"number\"} | 1e-07 | 1e-07",
        "{\"type\": \"number\"} | {} | \"{}\"",
        "{\"type\": \"boolean\"} | True | true",
        "{\"type\": \"boolean\"} | false | false",
        "{\"type\": [\"boolean\", \"null\"]} | None | null",
        "{\"type\": [\"string\", \"null\"]} | null | null",
        "{\"type\": [\"string\", \"integer\"]} | 7 | 7",
        "{\"type\": [\"string\", \"integer\"]} | 7a | \"7a\"",
        "{\"type\": \"array\"} | [1, 2] | [1,2]",
        "{\"type\": \"object\"} | {\"a\": [1]} | {\"a\":[1]}",
        "{\"type\": \"array\"} | [1, ('a', None), {'b': True}] | [1,[\"a\",null],{\"b\":true}]",
        "{\"type\": \"array\"} | [1, x] | \"[1, x]\"",
        "{} | ['a'] | \"['a']\"",
        "{\"type\": \"object\"} | {\"a\": [1} | \"{\\\"a\\\": [1}\"",
        "{\"enum\": [\"a\", \"1\"]} | 1 | \"1\"",
        "{\"enum\": [1, 2]} | 1 | 1",
        "{\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"null\"}]} | None | null",
        "{\"$ref\": \"#/$defs/n\"} | 3 | 3",
        "{\"$ref\": \"#/$defs/s\"} | 3 | \"3\"",
        "{\"$ref\": \"https://example.org/s\"} | 3 | 3",
        "{} | 3 | 3",
        "{} | None | \"None\"",
        "{} | \"quoted\" | \"\\\"quoted\\\"\""
      })
  void valuesHaveTheTypeOfTheSchema(String schema, String text, String expected) {
    JsonNode root =
        Answer.json(
            "{\"properties\": {\"v\": %s}, \"$defs\": {\"n\": {\"type\": \"number\"},"
                    .formatted(schema)
                + "\"s\": {\"type\": \"string\"}}}");
    JsonNode property = SchemaValues.property(root, "v");
    assertThat(SchemaValues.json(text, property, root)).isEqualTo(expected);
  }

  @Test
  void schemasThatReferToThemselvesEnd() {
    JsonNode root =
        Answer.json(
            """
            {"properties": {"v": {"$ref": "#/$defs/a"}}, "$defs": {
             "a": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]},
             "b": {"$ref": "#/$defs/b"}}}\
            """);
    assertThat(SchemaValues.json("3", SchemaValues.property(root, "v"), root)).isEqualTo("3");
  }
}
