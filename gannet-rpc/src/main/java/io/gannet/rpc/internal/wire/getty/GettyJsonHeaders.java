package io.gannet.rpc.internal.wire.getty;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Headers in JSON: {@code {"Service":…,"Method":…,"CallType":…}} and {@code {"Error":…}}. */
final class GettyJsonHeaders implements GettyHeaders {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  @Override
  public byte[] write(Request header) {
    Map<String, String> fields = new LinkedHashMap<>(); // in getty's order
    fields.put("Service", header.service());
    fields.put("Method", header.method());
    fields.put("CallType", header.callType().text);
    return MAPPER.writeValueAsBytes(fields);
  }

  @Override
  public Request readRequest(byte[] bytes) throws IOException {
    JsonNode header = read(bytes);
    return new Request(
        text(header, "Service"), text(header, "Method"), CallType.of(text(header, "CallType")));
  }

  @Override
  public byte[] writeError(String error) {
    return MAPPER.writeValueAsBytes(Map.of("Error", error));
  }

  @Override
  public String readError(byte[] bytes) throws IOException {
    return text(read(bytes), "Error");
  }

  private static JsonNode read(byte[] bytes) throws IOException {
    try {
      return MAPPER.readTree(bytes);
    } catch (RuntimeException e) { // Jackson also throws exceptions that aren't its own
      throw new IOException("the header is not JSON", e);
    }
  }

  private static String text(JsonNode header, String field) throws IOException {
    JsonNode value = header.get(field);
    if (value == null || !value.isString()) {
      throw new IOException("the header has no text '%s'".formatted(field));
    }
    return value.stringValue();
  }
}
