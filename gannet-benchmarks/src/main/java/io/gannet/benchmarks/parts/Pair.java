package io.gannet.benchmarks.parts;

import io.gannet.transport.Client;
import io.gannet.transport.Codec;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.MessageHandler;
import io.gannet.transport.Server;
import io.gannet.transport.Session;

/** An echo server and a session with it, on one loop. */
final class Pair<M> implements AutoCloseable {

  private final EventLoops loops = EventLoops.create(Io.AUTO, 1);
  private final Server<M> server;
  private final Client<M> client;

  Pair(Codec<M> codec, Dispatch dispatch, MessageHandler<M> answers) {
    server =
        Server.tcp("127.0.0.1", 0)
            .codec(codec)
            .eventLoops(loops)
            .dispatch(dispatch)
            .onMessage(Session::send)
            .start();
    client =
        Client.tcp("127.0.0.1", server.port())
            .codec(codec)
            .eventLoops(loops)
            .dispatch(Dispatch.eventLoop())
            .onMessage(answers)
            .start();
  }

  Session<M> session() {
    return client.session();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    loops.close();
  }
}
