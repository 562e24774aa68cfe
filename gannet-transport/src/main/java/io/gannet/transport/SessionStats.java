package io.gannet.transport;

import java.time.Duration;

/**
 * The counters of one session at one moment. Each is exact for what has ended; they are read one
 * after the other, so that they may belong to slightly different moments.
 *
 * @param age how long ago the session opened
 * @param bytesIn bytes received, after decryption and decompression
 * @param bytesOut bytes handed to the operating system, as they were before compression and
 *     encryption
 * @param wireBytesIn bytes that have passed the socket; the same as {@code bytesIn} where nothing
 *     changes them
 * @param wireBytesOut bytes that were given to the socket; the same as {@code bytesOut} where nothing
 *     changes them
 * @param messagesIn messages decoded
 * @param messagesOut messages accepted for sending
 * @param messagesDropped messages thrown away because the queue was full, see {@link
 *     QueuePolicy#DROP}
 * @param queueFull how many times the outbound queue became full
 * @param queuedBytes bytes accepted and not yet handed to the operating system
 * @param undispatchedMessages messages decoded and not yet given to the listener
 * @param readPauses how many times reading paused because the listener was behind
 * @param messagesLost datagrams that came and were thrown away: because too many came while reading paused
 *     (only UDP has no way to make the peer wait), or because they were empty and the codec made nothing of
 *     them. What the operating system loses isn't counted
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
