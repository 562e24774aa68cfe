package io.gannet.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceJsonTest {

  private static final EntryKey KEY = new EntryKey("Greeter", "one");

  private static Instance decode(String json) {
    return InstanceJson.decode(KEY, json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void writtenInstancesAreReadBack() {
    Instance instance =
        new Instance(
            "Greeter",
            "one",
            "1.2",
            "blue",
            "eu",
            7,
            "tls",
            "h:1",
            Instant.parse("2026-01-31T12:00:00.5Z"),
            Map.of("a", "1"));
    assertThat(InstanceJson.decode(KEY, InstanceJson.encode(instance))).isEqualTo(instance);
  }

  @Test
  void protocolAndAddressSuffice() {
    Instance read = decode("{\"protocol\":\"tcp\",\"address\":\"h:1\",\"future\":{\"x\":[1]}}");
    assertThat(read.weight()).isEqualTo(Instance.NORMAL_WEIGHT);
    assertThat(read.since()).isEqualTo(Instant.EPOCH);
    assertThat(read.id()).isEqualTo("one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                                                                 | not a JSON object
          {"protocol":"tcp"                                                   | not JSON
          {"protocol":"tcp"}                                                  | no field "address"
          {"protocol":1,"address":"h:1"}                                      | "protocol" is not a string
          {"protocol":"tcp","address":"h:1","weight":"5"}                     | "weight" is not an integer
          {"protocol":"tcp","address":"h:1","weight":5.5}                     | "weight" is not an integer
          {"protocol":"tcp","address":"h:1","weight":-5}                      | weight must be
          {"protocol":"tcp","address":"h:1","weight":99999999999}             | "weight" is not an integer
          {"protocol":"tcp","address":"h:1","since":"yesterday"}              | "since" is not a time
          {"protocol":"tcp","address":"h:1","since":"+999999999-12-31T23:59:59Z"} | 1970 to 9999
          {"protocol":"tcp","address":"h:1","metadata":[]}                    | "metadata" is not an object
          {"protocol":"tcp","address":"h:1","metadata":{"a":1}}               | "a" in the metadata
          {"protocol":"tcp","address":"h:1","service":"Other"}                | in the list of "Greeter"
          """)
  void whatIsWrongIsSaid(String json, String why) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void jsonThatIsTooLongIsNotRead() {
    assertThatThrownBy(() -> InstanceJson.decode(KEY, new byte[ListLimit.MAX_ENTRY_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("131072");
  }
}
