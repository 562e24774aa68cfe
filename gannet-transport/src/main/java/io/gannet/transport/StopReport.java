package io.gannet.transport;

import java.time.Duration;

/**
 * The outcome of a stop. Each session that was open when the stop began is counted in exactly one of {@code
 * drained}, {@code cut} and {@code stillRunning}.
 *
 * @param drained the number of sessions that sent everything and ended after their peer had ended its side. With UDP, and
 *     with a peer that ended its side before it had read everything, this says only that the operating system
 *     has taken everything; it delivers the rest by itself
 * @param cut the number of sessions that ended earlier. What their peers had not read by then may be lost, even
 *     if {@code unsentBytes} is 0: nobody knows how much of what the operating system has taken was read
 * @param unsentBytes the number of accepted bytes that were not passed to the operating system
 * @param stillRunning the number of sessions that had not ended when the stop returned, such as those that
 *     drain without being waited for
 * @param elapsed the duration of the stop
 */
public record StopReport(
    int drained, int cut, long unsentBytes, int stillRunning, Duration elapsed) {}
