package io.gannet.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.smartboot.socket.MessageProcessor;
import org.smartboot.socket.Protocol;
import org.smartboot.socket.transport.AioQuickServer;
import org.smartboot.socket.transport.AioSession;
import org.smartboot.socket.transport.WriteBuffer;

/**
 * smart-socket as in its README: a Protocol that takes messages from the read buffer, and a
 * MessageProcessor that writes answers to the session's WriteBuffer, which the library flushes
 * after the read buffer is empty. The buffer must be large enough for a whole message.
 */
final class SmartSocketPeer implements Peer {

  private static final int HEADER = 4;
  private static final int LEAST_THREADS = 2;
  private static final int READ_BUFFER = 64 * 1024;

  @Override
  public int start(Work work) throws IOException {
    int port = Ports.free();
    MessageProcessor<byte[]> processor = work == Work.SINK ? new Sink() : SmartSocketPeer::answer;
    AioQuickServer server = new AioQuickServer("127.0.0.1", port, new Framing(), processor);
    server.setThreadNum(LEAST_THREADS).setReadBufferSize(READ_BUFFER).setBannerEnabled(false);
    server.start();
    return port;
  }

  private static void answer(AioSession session, byte[] message) {
    try {
      WriteBuffer out = session.writeBuffer();
      out.writeInt(message.length);
      out.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the length and the bytes. */
  private static final class Framing implements Protocol<byte[]> {
    @Override
    public byte[] decode(ByteBuffer in, AioSession session) {
      if (in.remaining() < HEADER) {
        return null;
      }
      int length = in.getInt(in.position());
      if (in.remaining() < HEADER + length) {
        return null;
      }
      byte[] body = new byte[length];
      in.position(in.position() + HEADER).get(body);
      return body;
    }
  }

  /** Counts messages. */
  private static final class Sink implements MessageProcessor<byte[]> {
    private final Map<AioSession, long[]> counts = new ConcurrentHashMap<>();

    @Override
    public void process(AioSession session, byte[] message) {
      long[] count = counts.computeIfAbsent(session, any -> new long[1]);
      if (message.length == Work.COUNT_BYTES) {
        answer(session, Numbers.ofLong(count[0]));
      } else {
        count[0]++;
      }
    }
  }
}
