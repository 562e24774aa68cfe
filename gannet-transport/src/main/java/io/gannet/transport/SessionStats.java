package io.gannet.transport;

import java.time.Duration;

/**
 * A snapshot of the counters of one session. Each counter is exact for completed operations. The
 * counters are read one after the other, so they may be from slightly different moments.
 *
 * @param age the time since the session opened
 * @param bytesIn bytes received, after decryption and decompression
 * @param bytesOut bytes passed to the operating system, before compression and encryption
 * @param wireBytesIn bytes read from the socket; equals {@code bytesIn} without compression and
 *     encryption
 * @param wireBytesOut bytes written to the socket; equals {@code bytesOut} without compression and
 *     encryption
 * @param messagesIn decoded messages
 * @param messagesOut messages accepted for sending
 * @param messagesDropped messages dropped because the queue was full, see {@link QueuePolicy#DROP}
 * @param queueFull how many times the outbound queue became full
 * @param queuedBytes bytes accepted but not yet passed to the operating system
 * @param undispatchedMessages messages decoded but not yet passed to the listener
 * @param readPauses how many times reading paused because the listener was behind
 * @param messagesLost received datagrams that were dropped, because too many arrived while reading
 *     was paused (UDP can't slow the peer down), or because they were empty and the codec made no
 *     message of them. Losses in the network and the operating system aren't counted
 */
public record SessionStats(
    Duration age,
    long bytesIn,
    long bytesOut,
    long wireBytesIn,
    long wireBytesOut,
    long messagesIn,
    long messagesOut,
    long messagesDropped,
    long queueFull,
    long queuedBytes,
    int undispatchedMessages,
    long readPauses,
    long messagesLost) {}
