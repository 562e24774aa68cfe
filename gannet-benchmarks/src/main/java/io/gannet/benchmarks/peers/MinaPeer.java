package io.gannet.benchmarks.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandler;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.CumulativeProtocolDecoder;
import org.apache.mina.filter.codec.ProtocolCodecFilter;
import org.apache.mina.filter.codec.ProtocolDecoderOutput;
import org.apache.mina.filter.codec.ProtocolEncoderAdapter;
import org.apache.mina.filter.codec.ProtocolEncoderOutput;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;

/**
 * Apache MINA as in chapter 9 of its user guide ("Codec Filter"): a ProtocolCodecFilter with a
 * CumulativeProtocolDecoder and prefixedDataAvailable, and an IoHandler that writes to the session.
 */
final class MinaPeer implements Peer {

  private static final int HEADER = 4;

  @Override
  public int start(Work work) throws IOException {
    NioSocketAcceptor acceptor = new NioSocketAcceptor(1);
    acceptor.setBacklog(1024);
    acceptor.getSessionConfig().setTcpNoDelay(true);
    acceptor
        .getFilterChain()
        .addLast("codec", new ProtocolCodecFilter(new Encoder(), new Decoder()));
    acceptor.setHandler(handler(acceptor, work));
    acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return acceptor.getLocalAddress().getPort();
  }

  private static IoHandler handler(NioSocketAcceptor acceptor, Work work) {
    return switch (work) {
      case ECHO -> new Echo();
      case SINK -> new Sink();
      case FANOUT -> new Fanout(acceptor);
      case POUR, CALL, STREAM -> throw new IllegalArgumentException("not written");
    };
  }

  /** Writes the length and the bytes. */
  private static final class Encoder extends ProtocolEncoderAdapter {
    @Override
    public void encode(IoSession session, Object message, ProtocolEncoderOutput out) {
      byte[] body = (byte[]) message;
      out.write(IoBuffer.allocate(HEADER + body.length).putInt(body.length).put(body).flip());
    }
  }

  /** Waits for the length and the bytes. */
  private static final class Decoder extends CumulativeProtocolDecoder {
    @Override
    protected boolean doDecode(IoSession session, IoBuffer in, ProtocolDecoderOutput out) {
      if (!in.prefixedDataAvailable(HEADER, Work.MAX_PAYLOAD)) {
        return false;
      }
      byte[] body = new byte[in.getInt()];
      in.get(body);
      out.write(body);
      return true;
    }
  }

  private static class Echo extends IoHandlerAdapter {
    @Override
    public void messageReceived(IoSession session, Object message) {
      session.write(message);
    }

    @Override
    public void exceptionCaught(IoSession session, Throwable cause) {
      session.closeNow();
    }
  }

  private static final class Fanout extends Echo {
    private final NioSocketAcceptor acceptor;

    Fanout(NioSocketAcceptor acceptor) {
      this.acceptor = acceptor;
    }

    @Override
    public void messageReceived(IoSession session, Object message) {
      acceptor.broadcast(message);
    }
  }

  private static final class Sink extends Echo {
    private static final AttributeKey COUNT = new AttributeKey(Sink.class, "count");

    @Override
    public void sessionOpened(IoSession session) {
      session.setAttribute(COUNT, new long[1]);
    }

    @Override
    public void messageReceived(IoSession session, Object message) {
      long[] count = (long[]) session.getAttribute(COUNT);
      if (((byte[]) message).length == Work.COUNT_BYTES) {
        session.write(Numbers.ofLong(count[0]));
      } else {
        count[0]++;
      }
    }
  }
}
