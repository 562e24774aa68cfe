package io.gannet.transport;

import java.time.Duration;

/**
 * The outcome of a stop. Each session that was open when the stop began is counted in exactly one
 * of {@code drained}, {@code cut} and {@code stillRunning}.
 *
 * @param drained the number of sessions that sent everything and whose peer then ended its stream.
 *     With UDP, or if the peer ended its stream before it had read everything, this only means that
 *     the operating system has accepted all bytes and delivers them
 * @param cut the number of sessions that ended earlier. Bytes that their peers hadn't read may be
 *     lost, even if {@code unsentBytes} is 0, because it is unknown which bytes of the operating
 *     system the peer has read
 * @param unsentBytes the number of accepted bytes that were not passed to the operating system
 * @param stillRunning the number of sessions that had not ended when the stop returned, such as
 *     those that drain without being waited for
 * @param elapsed the duration of the stop
 */
public record StopReport(
    int drained, int cut, long unsentBytes, int stillRunning, Duration elapsed) {}
