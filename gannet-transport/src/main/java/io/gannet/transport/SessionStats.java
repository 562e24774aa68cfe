package io.gannet.transport;

import java.time.Duration;

/**
 * A snapshot of the counters of one session. Each counter is exact for completed operations. The
 * counters are read one after the other, so they may be from slightly different moments.
 */
public interface SessionStats {

  /** {@return the time since the session opened} */
  Duration age();

  /** {@return bytes received, after decryption and decompression} */
  long bytesIn();

  /** {@return bytes passed to the operating system, before compression and encryption} */
  long bytesOut();

  /**
   * {@return bytes read from the socket; equals {@code bytesIn} without compression and encryption}
   */
  long wireBytesIn();

  /**
   * {@return bytes written to the socket; equals {@code bytesOut} without compression and
   * encryption}
   */
  long wireBytesOut();

  /** {@return decoded messages} */
  long messagesIn();

  /** {@return messages accepted for sending} */
  long messagesOut();

  /** {@return messages dropped because the queue was full, see {@link QueuePolicy#DROP}} */
  long messagesDropped();

  /** {@return how many times the outbound queue became full} */
  long queueFull();

  /** {@return bytes accepted but not yet passed to the operating system} */
  long queuedBytes();

  /** {@return messages decoded but not yet passed to the listener} */
  int undispatchedMessages();

  /** {@return how many times reading paused because the listener was behind} */
  long readPauses();

  /**
   * {@return received datagrams that were dropped, because too many arrived while reading was
   * paused (UDP can't slow the peer down), or because they were empty and the codec made no message
   * of them} Losses in the network and the operating system aren't counted.
   */
  long messagesLost();
}
