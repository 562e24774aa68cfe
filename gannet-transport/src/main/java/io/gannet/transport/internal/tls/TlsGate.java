package io.gannet.transport.internal.tls;

import io.gannet.transport.TlsInfo;
import io.gannet.transport.TlsVersion;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.netty.channel.ChannelFuture;
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
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The handler after the TLS handler. It translates TLS events for the session. */
final class TlsGate extends ChannelInboundHandlerAdapter {

  /** How long a close waits for remaining data to be written. */
  private static final int CLOSE_MILLIS = 1000;

  private final ConnectionContext connection;
  private @Nullable ChannelHandlerContext context;
  private @Nullable SslHandler handler;
  private @Nullable TlsSetup setup;
  private boolean established;
  private boolean ended;

  TlsGate(ConnectionContext connection) {
    this.connection = connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /** Adds the TLS handler before this one. */
  void encrypt(TlsSetup chosen) {
    ChannelHandlerContext here = Objects.requireNonNull(context);
    SslHandler encryption = chosen.newHandler(here.alloc());
    encryption.setHandshakeTimeoutMillis(0); // one timeout covers all layers, see HandshakeHandler
    encryption.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
    setup = chosen;
    handler = encryption;
    here.pipeline().addBefore(here.name(), null, encryption);
  }

  /** Ends this side's direction. */
  ChannelFuture end() {
    return handler == null
        ? Objects.requireNonNull(context).newSucceededFuture()
        : handler.closeOutbound();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on after the handshake.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> {
        if (!handshake.isSuccess()) {
          context.fireExceptionCaught(failure(handshake.cause()));
        } else if (!established) {
          established(context);
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
          return; // already reported
        }
        ended = true;
        if (established && !connection.isDiscarding()) {
          context.fireExceptionCaught(
              new SSLException(
                  "the peer closed the connection without a TLS close_notify: its last data may be"
                      + " truncated"));
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
          // Its message contains all data from the peer, in hexadecimal.
          case NotSslRecordException none -> "the peer doesn't use TLS";
          case ClosedChannelException closed -> "the peer closed the connection";
          default -> reason(cause);
        };
    return new HandshakeException(false, "the TLS handshake failed: " + why, cause);
  }

  /**
   * {@return the reason of a failure} OpenSSL's engine reports problems with a certificate only in
   * its causes.
   */
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

  private void established(ChannelHandlerContext context) {
    TlsInfo agreed = describe();
    String problem = problem(agreed);
    if (problem != null) {
      context.fireExceptionCaught(failure(new SSLException(problem)));
      return;
    }
    established = true;
    connection.learn(info -> info.withTls(agreed));
    context.fireChannelActive();
  }

  /** {@return a problem that the engine has not checked; null if there is none} */
  private @Nullable String problem(TlsInfo agreed) {
    TlsSetup agreedWith = Objects.requireNonNull(setup);
    PeerName name = agreedWith.name();
    if (name == null || name.verifiedByEngine() || !agreedWith.verifiesName()) {
      return null;
    }
    return !agreed.peerCertificates().isEmpty()
            && KeyMaterial.hasName(agreed.peerCertificates().getFirst(), name.text())
        ? null
        : "the certificate has no DNS name \"%s\"".formatted(name.text());
  }

  private TlsInfo describe() {
    SSLEngine engine = Objects.requireNonNull(handler).engine();
    SSLSession session = engine.getSession();
    String protocol = engine.getApplicationProtocol();
    return new TlsInfo(
        session.getProtocol().equals("TLSv1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
        session.getCipherSuite(),
        Identities.requestedName(session),
        protocol == null || protocol.isEmpty() ? null : protocol,
        certificates(session));
  }

  private static List<X509Certificate> certificates(SSLSession session) {
    try {
      return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // the peer has sent no certificate
    }
  }
}
