package io.gannet.cli.internal.registry;

import io.gannet.rpc.Instance;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON that {@code registry ls} and {@code watch} print for programs. */
final class RegistryJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private RegistryJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** {@return the instance as it is stored in the registry, with its id} */
  static ObjectNode of(Instance instance) {
    ObjectNode json = object();
    json.put("service", instance.service());
    json.put("id", instance.id());
    json.put("version", instance.version());
    json.put("group", instance.group());
    json.put("zone", instance.zone());
    json.put("weight", instance.weight());
    json.put("protocol", instance.protocol());
    json.put("address", instance.address());
    json.put("since", instance.since().toString());
    json.set("metadata", strings(instance.metadata()));
    return json;
  }

  /** {@return the values by their names, sorted, so that the same list is always the same text} */
  static ObjectNode strings(Map<String, String> values) {
    ObjectNode json = object();
    new TreeMap<>(values).forEach(json::put);
    return json;
  }
}
