package io.gannet.transport;

import java.time.Duration;

/**
 * The outcome of a stop.
 *
 * @param drained the number of sessions that closed without unsent data
 * @param cut the number of sessions that were aborted before all data was sent or their callbacks
 *     had ended
 * @param unsentBytes the number of accepted bytes that were not passed to the operating system
 * @param stillRunning the number of sessions that had not closed when the stop returned, because it
 *     doesn't wait for their drain
 * @param elapsed the duration of the stop
 */
public record StopReport(
    int drained, int cut, long unsentBytes, int stillRunning, Duration elapsed) {}
