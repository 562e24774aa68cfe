package io.gannet.conformance;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example Redis server, with Redis's commands. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RedisInteropTest {

  private static final String REMEDY =
      "install Redis's commands, on Debian with \"apt-get install redis-tools\"";

  @TempDir private Path files;

  private Example redis;

  @BeforeEach
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void start() throws Exception {
    redis = new Example("io.gannet.examples.redis.RedisServer", 1, files, "0");
  }

  @AfterEach
  void stop() throws Exception {
    redis.close();
  }

  private List<String> command(String program, String... arguments) {
    return Programs.command(
        Programs.find(REMEDY, program),
        List.of("-h", "127.0.0.1", "-p", String.valueOf(redis.ports.get(0))),
        arguments);
  }

  /** {@return the output of redis-cli for one command} */
  private String cli(String... words) throws Exception {
    return Programs.run(files, command("redis-cli", words)).strip();
  }

  /** {@return the output of redis-cli for commands from its input, one per line} */
  private String session(String commands) throws Exception {
    return Programs.run(files, command("redis-cli", "--no-raw"), commands);
  }

  @Test
  void commandsOfRedisCli() throws Exception {
    assertThat(cli("PING")).isEqualTo("PONG");
    assertThat(cli("SET", "greeting", "grüezi mitenand")).isEqualTo("OK");
    assertThat(cli("GET", "greeting")).isEqualTo("grüezi mitenand");
    assertThat(
            session(
                """
                PING "are you there?"
                SET n 41
                INCR n
                GET n
                DEL n greeting nothing
                GET n
                INCR n
                SET text "no number"
                INCR text
                INCR
                NOSUCH command
                EXISTS n text
                DBSIZE
                """))
        .isEqualTo(
            """
            "are you there?"
            OK
            (integer) 42
            "42"
            (integer) 2
            (nil)
            (integer) 1
            OK
            (error) ERR value is not an integer or out of range
            (error) ERR wrong number of arguments for 'incr' command
            (error) ERR unknown command 'NOSUCH'
            (integer) 2
            (integer) 2
            """);
  }

  @Test
  void whatOneRedisCliPublishesReachesAnother() throws Exception {
    assertThat(cli("PUBLISH", "news", "nobody listens")).isEqualTo("0");
    try (RunningProgram reader =
        new RunningProgram(files, command("redis-cli", "--csv", "SUBSCRIBE", "news", "sport"))) {
      reader.await("\"subscribe\",\"sport\",2");
      assertThat(cli("PUBLISH", "news", "it is raining")).isEqualTo("1");
      assertThat(cli("PUBLISH", "weather", "not for it")).isEqualTo("0");
      assertThat(cli("PUBLISH", "sport", "1:0")).isEqualTo("1");
      assertThat(reader.await("\"message\"")).isEqualTo("\"message\",\"news\",\"it is raining\"");
      assertThat(reader.await("\"message\"")).isEqualTo("\"message\",\"sport\",\"1:0\"");
    }
  }

  @Test
  void aPipeOfCommands() throws Exception {
    String commands =
        IntStream.range(0, 20_000)
            .mapToObj("SET key:%1$d value:%1$d\r\n"::formatted)
            .collect(joining("", "", "INCR key:1\r\n"));
    List<String> pipe = command("redis-cli", "--pipe");
    // redis-cli exits with an error, because one of the replies is an error.
    pipe.addAll(0, List.of("sh", "-c", "\"$@\"; test $? = 1", "sh"));
    assertThat(Programs.run(files, pipe, commands)).contains("errors: 1, replies: 20001");
    assertThat(cli("GET", "key:19999")).isEqualTo("value:19999");
    assertThat(cli("DBSIZE")).isEqualTo("20000");
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 10000", "16, 3, 10000", "16, 100000, 500"})
  void redisBenchmark(String pipeline, String valueSize, String requests) throws Exception {
    String output =
        Programs.run(
            files,
            command(
                "redis-benchmark",
                "-t",
                "ping,set,get,incr",
                "-n",
                requests,
                "-P",
                pipeline,
                "-d",
                valueSize,
                "--csv"));
    assertThat(output.lines().filter(line -> line.endsWith("\"")).toList())
        .extracting(line -> line.split(",", 2)[0])
        .containsExactly(
            "\"test\"", "\"PING_INLINE\"", "\"PING_MBULK\"", "\"SET\"", "\"GET\"", "\"INCR\"");
    assertThat(output).doesNotContainIgnoringCase("error");
  }
}
