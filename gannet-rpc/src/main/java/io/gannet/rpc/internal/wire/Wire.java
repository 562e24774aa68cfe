package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;
import io.gannet.transport.Session;
import io.gannet.transport.internal.session.Layer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An RPC protocol: the encoding of its frames, and the features that it supports. */
public interface Wire {

  /** Creates the codec of one connection. */
  Codec<Frame> newCodec();

  /** {@return whether each side starts with a {@link Frame.Hello}} */
  boolean greets();

  /** {@return whether it supports {@link Frame.Cancel}} */
  boolean cancels();

  /** {@return whether it supports streams and {@link Frame.ReplyBegins}} */
  boolean streams();

  /** {@return whether it supports {@link Frame.GoAway} and {@link Frame.LastCall}} */
  boolean saysGoodbye();

  /**
   * {@return whether calls that arrive after {@link Frame.GoAway} was sent are handled until
   * {@link Frame.LastCall} arrives, because the peer couldn't know} Otherwise they are refused.
   */
  default boolean servesUntilLastCall() {
    return false;
  }

  /** {@return whether this side sends heartbeats unless the user decides} */
  default boolean sendsHeartbeats() {
    return true;
  }

  /**
   * {@return whether a call that an ended session had accepted has certainly not been sent}
   *
   * @param ended the session
   * @param call the id of the call
   */
  default boolean neverSent(Session<?> ended, long call) {
    return false;
  }

  /**
   * {@return whether a connection that begins with these bytes speaks it} For servers that offer
   * several protocols on one port.
   *
   * @param first the first five bytes
   */
  default boolean begins(byte[] first) {
    return false;
  }

  /**
   * {@return the protocols that a server of this one offers: this one, and its other forms if the
   * first bytes tell them apart}
   */
  default List<Wire> forms() {
    return List.of(this);
  }

  /** {@return the layer below the codec, on a server; null if there is none} */
  default @Nullable Layer layer() {
    return null;
  }

  /**
   * {@return the layer below the codec, on a client; null if there is none}
   *
   * @param authority the authority that the client connects to
   */
  default @Nullable Layer layer(String authority) {
    return null;
  }

  /** {@return the name of the protocol in TLS (ALPN); used with a layer only} */
  default String applicationProtocol() {
    return "";
  }
}
