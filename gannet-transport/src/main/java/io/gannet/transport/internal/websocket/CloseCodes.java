package io.gannet.transport.internal.websocket;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.internal.session.NettySession;
import java.util.Locale;

/** The codes of close frames (RFC 6455, section 7.4). */
final class CloseCodes {

  /** A value for a close frame without a code. */
  static final int NONE = 1005;

  static final int PROTOCOL_ERROR = 1002;
  static final int UNACCEPTABLE_KIND = 1003;
  static final int NOT_UTF_8 = 1007;
  static final int TOO_LARGE = 1009;

  private CloseCodes() {}

  /** {@return the code that is sent for a reason} */
  static int of(Kind kind) {
    return switch (kind) {
      case CLOSED -> 1000;
      case STOPPED, READ_IDLE, HEARTBEAT_TIMEOUT, WRITE_STALLED, DRAIN_TIMEOUT -> 1001;
      case PEER_CLOSED -> NONE;
      case CONNECTION_LOST -> 1006;
      case DECODE_FAILED -> 1007;
      case MESSAGE_TOO_LARGE -> TOO_LARGE;
      case INCOMPLETE_MESSAGE, QUEUE_FULL, REFUSED, NOT_READY -> 1008;
      case LISTENER_FAILED, DISPATCH_FAILED -> 1011;
    };
  }

  /** {@return a text for the peer that reveals no internals} */
  static String text(CloseReason why) {
    if (why.kind() == Kind.CLOSED) {
      return why.message().equals(NettySession.CLOSED_HERE) ? "" : why.message();
    }
    return why.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
