package io.gannet.transport.internal.tls;

import io.gannet.transport.TlsInfo;
import io.gannet.transport.TlsVersion;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Stands behind the encryption, and says in a session's terms how it goes. */
final class TlsGate extends ChannelInboundHandlerAdapter {

  private final SslHandler handler;
  private final Link link;
  private boolean established;
  private boolean ended;

  TlsGate(SslHandler handler, Link link) {
    this.handler = handler;
    this.link = link;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on when the handshake has ended.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> {
        if (!handshake.isSuccess()) {
          context.fireExceptionCaught(failure(handshake.cause()));
        } else if (!established) {
          established = true;
          link.learn(info -> info.withTls(describe()));
          context.fireChannelActive();
        }
      }
      case SslCloseCompletionEvent close -> {
        if (close.isSuccess() && !ended) {
          ended = true;
          context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
      }
      case ChannelInputShutdownEvent shutdown -> {
        if (ended) {
          return; // it has said so before
        }
        ended = true;
        if (established) {
          context.fireExceptionCaught(
              new SSLException(
                  "the peer ended the connection without the close_notify of TLS: what it sent may"
                      + " have been cut short"));
        } else {
          context.fireUserEventTriggered(event);
        }
      }
      default -> context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable real =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    context.fireExceptionCaught(
        established || real instanceof HandshakeException ? real : failure(real));
  }

  private static HandshakeException failure(Throwable cause) {
    String why =
        switch (cause) {
          // Its message is all that the peer has sent, in hex.
          case NotSslRecordException none -> "the peer doesn't speak TLS";
          case ClosedChannelException closed -> "the peer closed the connection";
          default -> reason(cause);
        };
    return new HandshakeException(false, "the TLS handshake failed: " + why, cause);
  }

  /** What OpenSSL's engine has against a certificate is told by its causes alone. */
  private static String reason(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    Throwable cause = thrown.getCause();
    if (cause == null || !message.startsWith("General OpenSslEngine problem")) {
      return message;
    }
    String why = String.valueOf(cause.getMessage());
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String origin = String.valueOf(cause.getMessage());
    return why.contains(origin) ? why : why + ": " + origin;
  }

  private TlsInfo describe() {
    SSLSession session = handler.engine().getSession();
    return new TlsInfo(
        session.getProtocol().equals("TLSv1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
        session.getCipherSuite(),
        serverName(session),
        certificates(session));
  }

  private static @Nullable String serverName(SSLSession session) {
    return RenewedKeyManager.requestedName(session);
  }

  private static List<X509Certificate> certificates(SSLSession session) {
    try {
      return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it has shown none, and need not
    }
  }
}
