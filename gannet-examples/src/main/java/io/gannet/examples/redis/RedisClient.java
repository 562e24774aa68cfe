package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.Client;
import io.gannet.transport.Requests;
import io.gannet.transport.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** A Redis client: commands that wait for their replies, and messages published on channels. */
final class RedisClient implements AutoCloseable {
  private final Requests<Resp> requests =
      Requests.<Resp>ordered()
          .withTimeout(Duration.ofSeconds(2))
          .withUnsolicited(RedisClient::isPublished);

  private final BiConsumer<String, String> subscriber;
  private final Client<Resp> client;

  RedisClient(String host, int port, BiConsumer<String, String> subscriber) {
    this.subscriber = subscriber;
    this.client =
        Client.tcp(host, port)
            .codecPerSession(RespClientCodec::new)
            .listener(requests.listener(this::published)) // receives messages that aren't replies
            .start();
  }

  /** Executes a command and waits for the reply. */
  Resp call(String... words) {
    return requests.call(client.session(), command(words));
  }

  /** Executes a command without waiting. Commands of one thread are executed in order. */
  CompletableFuture<Resp> callAsync(String... words) {
    return requests.callAsync(client.session(), command(words));
  }

  private void published(Session<Resp> session, Resp message) {
    if (isPublished(message) && message instanceof Resp.Many(List<? extends Resp> items)) {
      subscriber.accept(text(items.get(1)), text(items.get(2)));
    }
  }

  /** {@return whether it is a message of a channel, which isn't the reply to a command} */
  static boolean isPublished(Resp message) {
    return message instanceof Resp.Many(List<? extends Resp> items)
        && items.size() == 3
        && items.get(0) instanceof Resp.Bulk
        && text(items.get(0)).equals("message");
  }

  static Resp command(String... words) {
    return new Resp.Command(Arrays.stream(words).map(word -> word.getBytes(UTF_8)).toList());
  }

  /**
   * {@return the text of a reply, for people}
   *
   * @param reply the reply
   */
  static String text(Resp reply) {
    return switch (reply) {
      case Resp.Status(String text) -> text;
      case Resp.Failure(String text) -> "(error) " + text;
      case Resp.Int(long value) -> Long.toString(value);
      case Resp.Bulk bulk -> {
        byte[] bytes = bulk.bytes();
        yield bytes == null ? "(nil)" : new String(bytes, UTF_8);
      }
      case Resp.Many(List<? extends Resp> items) ->
          items.stream().map(RedisClient::text).toList().toString();
      case Resp.Command command -> command.toString();
    };
  }

  /**
   * Executes a command.
   *
   * @param args host, port, and the command with its arguments
   */
  public static void main(String[] args) {
    try (RedisClient redis =
        new RedisClient(args[0], Integer.parseInt(args[1]), (channel, text) -> {})) {
      System.out.println(text(redis.call(Arrays.copyOfRange(args, 2, args.length))));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
