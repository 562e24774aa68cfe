package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.Dispatch;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.Shutdown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A server for {@code redis-cli}: keys and values in memory, and channels. It refuses other
 * commands like Redis refuses unknown ones.
 *
 * <p>Every client that can connect may use it. All clients together can store 64 MiB. Each of up to
 * 1,000 connections can use 256 KiB for an unfinished command, and 512 KiB for unread replies.
 */
final class RedisServer implements SessionListener<Resp> {

  private static final int KIB = 1 << 10;
  private static final Resp OK = new Resp.Status("OK");

  /** The commands that a client may use while it is subscribed to channels. */
  private static final Set<String> SUBSCRIBED = Set.of("SUBSCRIBE", "UNSUBSCRIBE", "PING", "QUIT");

  private final Store store;
  private final Channels channels;

  private RedisServer(Memory memory) {
    this.store = new Store(memory);
    this.channels = new Channels(memory);
  }

  /**
   * Prepares an empty server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @return the builder
   */
  public static ServerBuilder<Resp> builder(String host, int port) {
    return builder(host, port, 64L * KIB * KIB);
  }

  /** Prepares a server with another limit on stored bytes. */
  static ServerBuilder<Resp> builder(String host, int port, long maxBytes) {
    return Server.tcp(host, port)
        .codec(new RespCodec())
        .listener(new RedisServer(new Memory(maxBytes)))
        .name("redis")
        .dispatch(Dispatch.eventLoop()) // commands are short and never block
        .maxMessageSize(256 * KIB)
        .outboundQueue(256 * KIB, 128 * KIB)
        .maxSessions(1_000)
        .queuePolicy(QueuePolicy.CLOSE); // closes subscribers that read too slowly
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port, 6379 without one
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 6379;
    Server<Resp> server = builder("127.0.0.1", port).start();
    Shutdown.onSignal(server);
    System.out.println("listening tcp://127.0.0.1:" + server.port());
    server.whenStopped().toCompletableFuture().join();
  }

  @Override
  public void onMessage(Session<Resp> session, Resp message) {
    if (!(message instanceof Resp.Command(List<byte[]> words)) || words.isEmpty()) {
      return;
    }
    try {
      run(session, text(words.get(0)).toUpperCase(Locale.ROOT), words.subList(1, words.size()));
    } catch (CommandException e) {
      session.send(new Resp.Failure(String.valueOf(e.getMessage())));
    }
  }

  private void run(Session<Resp> session, String name, List<byte[]> arguments) {
    boolean subscribed = channels.has(session);
    if (subscribed && !SUBSCRIBED.contains(name)) {
      throw new CommandException(
          "ERR Can't execute '%s': only SUBSCRIBE / UNSUBSCRIBE / PING / QUIT are allowed in this context"
              .formatted(shown(name)));
    }
    switch (name) {
      case "POST", "HOST:" -> session.close(); // a web page could make a browser send commands
      case "SUBSCRIBE", "UNSUBSCRIBE" -> subscriptions(session, name, arguments);
      case "PING" -> session.send(subscribed ? pong(arguments) : ping(arguments));
      case "QUIT" -> {
        session.send(OK);
        session.close();
      }
      default -> session.send(reply(name, arguments));
    }
  }

  private Resp reply(String name, List<byte[]> arguments) {
    return switch (name) {
      case "ECHO" -> new Resp.Bulk(count(name, arguments, 1, 1).get(0));
      case "GET" -> new Resp.Bulk(store.get(count(name, arguments, 1, 1).get(0)));
      case "SET" -> set(count(name, arguments, 2, RespCodec.MAX_WORDS));
      case "DEL" -> new Resp.Int(each(name, arguments).filter(store::delete).count());
      case "EXISTS" ->
          new Resp.Int(each(name, arguments).filter(key -> store.get(key) != null).count());
      case "INCR" -> new Resp.Int(store.add(count(name, arguments, 1, 1).get(0), 1));
      case "DECR" -> new Resp.Int(store.add(count(name, arguments, 1, 1).get(0), -1));
      case "DBSIZE" -> new Resp.Int(store.size());
      case "PUBLISH" -> {
        count(name, arguments, 2, 2);
        yield new Resp.Int(channels.publish(arguments.get(0), arguments.get(1)));
      }
      case "COMMAND" -> new Resp.Many(List.of()); // redis-cli asks for help texts
      case "CONFIG" -> config(count(name, arguments, 1, RespCodec.MAX_WORDS));
      case "CLIENT" -> OK; // clients say their name and version
      case "SELECT" -> select(count(name, arguments, 1, 1).get(0));
      case "INFO" -> bulk("# Server\r\nredis_version:7.0.0\r\nredis_mode:standalone\r\n");
      case "HELLO" -> hello(arguments);
      default -> throw new CommandException("ERR unknown command '%s'".formatted(shown(name)));
    };
  }

  private static Resp ping(List<byte[]> arguments) {
    count("PING", arguments, 0, 1);
    return arguments.isEmpty() ? new Resp.Status("PONG") : new Resp.Bulk(arguments.get(0));
  }

  private static Resp pong(List<byte[]> arguments) {
    return new Resp.Many(
        List.of(bulk("pong"), arguments.isEmpty() ? bulk("") : new Resp.Bulk(arguments.get(0))));
  }

  private Resp set(List<byte[]> arguments) {
    if (arguments.size() > 2) {
      throw new CommandException("ERR syntax error"); // no EX, NX, GET and so on
    }
    store.set(arguments.get(0), arguments.get(1));
    return OK;
  }

  /** Answers that nothing is configured and nothing is saved, which redis-benchmark queries. */
  private static Resp config(List<byte[]> arguments) {
    if (!text(arguments.get(0)).equalsIgnoreCase("GET")) {
      throw new CommandException("ERR only CONFIG GET is there");
    }
    List<Resp> pairs = new ArrayList<>();
    for (byte[] each : arguments.subList(1, arguments.size())) {
      if (text(each).equals("save") || text(each).equals("appendonly")) {
        pairs.add(new Resp.Bulk(each));
        pairs.add(bulk(text(each).equals("save") ? "" : "no"));
      }
    }
    return new Resp.Many(pairs);
  }

  private static Resp select(byte[] database) {
    if (!text(database).equals("0")) {
      throw new CommandException("ERR DB index is out of range");
    }
    return OK;
  }

  /** Only RESP2 is supported: clients that ask for RESP3 continue with RESP2. */
  private static Resp hello(List<byte[]> arguments) {
    if (!arguments.isEmpty() && !text(arguments.get(0)).equals("2")) {
      throw new CommandException("NOPROTO unsupported protocol version");
    }
    return new Resp.Many(
        List.of(
            bulk("server"), bulk("gannet"),
            bulk("version"), bulk("7.0.0"),
            bulk("proto"), new Resp.Int(2),
            bulk("mode"), bulk("standalone"),
            bulk("role"), bulk("master")));
  }

  private void subscriptions(Session<Resp> session, String name, List<byte[]> arguments) {
    boolean adds = name.equals("SUBSCRIBE");
    if (adds) {
      count(name, arguments, 1, RespCodec.MAX_WORDS);
    }
    Collection<byte[]> names = arguments.isEmpty() ? channels.of(session) : arguments;
    byte[] kind = name.toLowerCase(Locale.ROOT).getBytes(UTF_8);
    if (names.isEmpty()) {
      session.send(
          new Resp.Many(List.of(new Resp.Bulk(kind), new Resp.Bulk(null), new Resp.Int(0))));
    }
    for (byte[] each : names) {
      int now = adds ? channels.subscribe(session, each) : channels.unsubscribe(session, each);
      session.send(
          new Resp.Many(List.of(new Resp.Bulk(kind), new Resp.Bulk(each), new Resp.Int(now))));
    }
  }

  private static Stream<byte[]> each(String name, List<byte[]> arguments) {
    return count(name, arguments, 1, RespCodec.MAX_WORDS).stream();
  }

  private static List<byte[]> count(String name, List<byte[]> arguments, int min, int max) {
    if (arguments.size() < min || arguments.size() > max) {
      throw new CommandException(
          "ERR wrong number of arguments for '%s' command"
              .formatted(name.toLowerCase(Locale.ROOT)));
    }
    return arguments;
  }

  private static Resp bulk(String text) {
    return new Resp.Bulk(text.getBytes(UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static String shown(String name) {
    return name.length() > 128 ? name.substring(0, 128) : name;
  }

  @Override
  public void onError(Session<Resp> session, Throwable error) {
    if (error instanceof MessageTooLargeException) {
      session.send(new Resp.Failure("ERR Protocol error: too large a command"));
    } else if (error instanceof DecodeException && error.getCause() != null) {
      session.send(new Resp.Failure("ERR " + error.getCause().getMessage()));
    }
  }

  @Override
  public void onClose(Session<Resp> session, CloseReason reason) {
    channels.of(session).forEach(name -> channels.unsubscribe(session, name));
  }
}
