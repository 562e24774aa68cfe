package io.gannet.transport.internal.session;

import io.gannet.transport.Client;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.codec.Codecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of a message between send and write. In the package of the buffer, which isn't public.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OutboundBufferBenchmark {

  private static final int RUN = 16;

  /** The size of a message. */
  @Param({"64", "1024"})
  public int size;

  private byte[] message;
  private EventLoops loops;
  private Server<byte[]> server;
  private Client<byte[]> client;
  private OutboundBuffer<byte[]> buffer;

  /** Creates the buffer, and a session for the codec. */
  @Setup
  public void make() {
    message = new byte[size];
    Codec<byte[]> codec = Codecs.lengthPrefixed();
    loops = EventLoops.create(Io.AUTO, 1);
    server =
        Server.tcp("127.0.0.1", 0).codec(codec).eventLoops(loops).onMessage((s, m) -> {}).start();
    client =
        Client.tcp("127.0.0.1", server.port())
            .codec(codec)
            .eventLoops(loops)
            .onMessage((s, m) -> {})
            .start();
    Session<byte[]> session = client.session();
    buffer = new Bare(codec, session);
  }

  /** A session without a connection. */
  @SuppressWarnings("serial") // see SelfLock
  private static final class Bare extends OutboundBuffer<byte[]> {
    private final CodecContext context;

    Bare(Codec<byte[]> codec, CodecContext context) {
      super(codec, new SendPolicy(QueuePolicy.BLOCK, 1 << 20, 1 << 19, 0), null);
      this.context = context;
    }

    @Override
    CodecContext context() {
      return context;
    }

    @Override
    ByteBufAllocator allocator() {
      return ByteBufAllocator.DEFAULT;
    }
  }

  /** Stops the session. */
  @TearDown
  public void stop() {
    buffer.discard();
    client.close();
    server.close();
    loops.close();
  }

  /** Sends a run of messages, and removes them as the I/O thread would. */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public void offerAndTake() {
    for (int i = 0; i < RUN; i++) {
      buffer.offer(message, null);
    }
    ByteBuf[] chunks;
    while ((chunks = buffer.take()) != null) {
      for (ByteBuf chunk : chunks) {
        long bytes = chunk.readableBytes();
        chunk.release();
        buffer.written(bytes);
      }
    }
  }
}
