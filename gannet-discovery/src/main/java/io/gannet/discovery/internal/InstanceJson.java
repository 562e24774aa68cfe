package io.gannet.discovery.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes and reads the value of an entry: JSON, as described in docs/discovery.md. */
final class InstanceJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private InstanceJson() {}

  static byte[] encode(Instance instance) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("service", instance.service());
    json.put("version", instance.version());
    json.put("group", instance.group());
    json.put("zone", instance.zone());
    json.put("weight", instance.weight());
    json.put("protocol", instance.protocol());
    json.put("address", instance.address());
    json.put("since", instance.since().toString());
    ObjectNode metadata = json.putObject("metadata");
    instance.metadata().forEach(metadata::put);
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * Reads an instance. Only protocol and address are required. Unknown fields are ignored, so that
   * later versions can add fields.
   *
   * @throws IllegalArgumentException if the value isn't a valid instance; the message says why
   */
  static Instance decode(EntryKey key, byte[] value) {
    if (value.length > ListLimit.MAX_ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes exceed the limit of %d".formatted(value.length, ListLimit.MAX_ENTRY_BYTES));
    }
    JsonNode json = parse(value);
    if (!json.isObject()) {
      throw new IllegalArgumentException("not a JSON object: " + start(value));
    }
    String service = text(json, "service", key.service());
    if (!service.equals(key.service())) {
      throw new IllegalArgumentException(
          "an instance of \"%s\" in the list of \"%s\"".formatted(service, key.service()));
    }
    return new Instance(
        key.service(),
        key.id(),
        text(json, "version", ""),
        text(json, "group", ""),
        text(json, "zone", ""),
        weight(json),
        text(json, "protocol", null),
        text(json, "address", null),
        since(json),
        metadata(json));
  }

  private static JsonNode parse(byte[] value) {
    try {
      return MAPPER.readTree(value);
    } catch (RuntimeException e) { // Jackson also throws exceptions that aren't its own
      throw new IllegalArgumentException("not JSON: " + start(value), e);
    }
  }

  private static String text(JsonNode json, String field, @Nullable String missing) {
    @Nullable JsonNode value = json.get(field);
    if (value == null || value.isNull()) {
      if (missing == null) {
        throw new IllegalArgumentException("no field \"%s\"".formatted(field));
      }
      return missing;
    }
    if (!value.isString()) {
      throw new IllegalArgumentException("\"%s\" is not a string".formatted(field));
    }
    return value.stringValue();
  }

  private static int weight(JsonNode json) {
    @Nullable JsonNode value = json.get("weight");
    if (value == null || value.isNull()) {
      return Instance.NORMAL_WEIGHT;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException("\"weight\" is not an integer");
    }
    return value.intValue();
  }

  private static Instant since(JsonNode json) {
    String since = text(json, "since", "");
    try {
      return since.isEmpty() ? Instant.EPOCH : Instant.parse(since);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("\"since\" is not a time such as 2026-01-31T12:00:00Z", e);
    }
  }

  private static Map<String, String> metadata(JsonNode json) {
    @Nullable JsonNode value = json.get("metadata");
    if (value == null || value.isNull()) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw new IllegalArgumentException("\"metadata\" is not an object");
    }
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isString()) {
        throw new IllegalArgumentException(
            "\"%s\" in the metadata is not a string".formatted(entry.getKey()));
      }
      metadata.put(entry.getKey(), entry.getValue().stringValue());
    }
    return metadata;
  }

  /** {@return the start of an invalid value} */
  private static String start(byte[] value) {
    String text = new String(value, 0, Math.min(value.length, 60), StandardCharsets.UTF_8);
    return "\"%s%s\"".formatted(text, value.length > 60 ? "..." : "");
  }
}
