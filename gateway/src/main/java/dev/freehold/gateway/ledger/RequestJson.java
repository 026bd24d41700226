package dev.freehold.gateway.ledger;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request of a ledger as a line of JSON.
final class RequestJson {
  /// The version of the format of recorded traffic.
  private static final int TRAFFIC = 1;

  private RequestJson() {}

  static ObjectNode of(ResultSet row) throws SQLException {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("number", row.getLong("number")).put("id", row.getString("id"));
    told.put("time", Instant.ofEpochMilli(row.getLong("time")).toString());
    told.put("route", row.getString("route")).put("key", row.getString("caller"));
    told.put("asked_model", row.getString("asked_model"));
    told.put("backend", row.getString("backend")).put("model", row.getString("model"));
    boolean isLocal = row.getBoolean("is_local");
    if (!row.wasNull()) {
      told.put("local", isLocal);
    }
    told.put("outcome", row.getString("outcome"));
    tokens(told, row);
    number(told, "cost_micros", row);
    told.put("currency", row.getString("currency"));
    number(told, "first_token_micros", row);
    number(told, "whole_micros", row);
    told.put("saved_by_failover", row.getBoolean("is_saved"));
    told.put("millijoules", row.getLong("millijoules"));
    return told.put("energy_known_by", row.getString("energy_source"));
  }

  static ObjectNode attempt(ResultSet row) throws SQLException {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("backend", row.getString("backend")).put("model", row.getString("model"));
    told.put("local", row.getBoolean("is_local")).put("outcome", row.getString("outcome"));
    told.put("micros", row.getLong("micros"));
    tokens(told, row);
    number(told, "cost_micros", row);
    return told;
  }

  /// What was said, as `eval --traffic` reads it.
  static ObjectNode exchange(ResultSet row) throws SQLException {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("traffic", TRAFFIC);
    told.put("id", row.getString("id"));
    told.put("time", Instant.ofEpochMilli(row.getLong("time")).toString());
    told.put("route", row.getString("route")).put("key", row.getString("caller"));
    told.put("backend", row.getString("backend")).put("model", row.getString("model"));
    told.put("outcome", row.getString("outcome"));
    told.set("request", json(row.getString("asked")));
    told.set("answer", json(row.getString("answered")));
    told.put("finish_reason", row.getString("finish"));
    told.putObject("usage")
        .put("prompt_tokens", row.getLong("prompt_tokens"))
        .put("completion_tokens", row.getLong("completion_tokens"));
    millis(told, "ms", row.getLong("whole_micros"), row.wasNull());
    millis(told, "first_ms", row.getLong("first_token_micros"), row.wasNull());
    long micros = row.getLong("cost_micros");
    if (!row.wasNull()) {
      told.putObject("cost").put("amount", micros / 1e6).put("currency", row.getString("currency"));
    }
    String source = row.getString("energy_source");
    if (!Energy.Source.UNKNOWN.text().equals(source)) {
      told.putObject("energy")
          .put("joules", row.getLong("millijoules") / 1e3)
          .put("source", source);
    }
    return told;
  }

  private static void millis(ObjectNode told, String name, long micros, boolean isUnknown) {
    if (!isUnknown) {
      told.put(name, micros / 1e3);
    }
  }

  /// The JSON that a text is; the text itself where it is none.
  private static JsonNode json(String text) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "a recorded request");
    } catch (TensorException none) {
      return JsonNodeFactory.instance.stringNode(text);
    }
  }

  private static void tokens(ObjectNode told, ResultSet row) throws SQLException {
    for (String name :
        new String[] {"prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens"}) {
      told.put(name, row.getLong(name));
    }
  }

  private static void number(ObjectNode told, String name, ResultSet row) throws SQLException {
    long value = row.getLong(name);
    if (!row.wasNull()) {
      told.put(name, value);
    }
  }
}
