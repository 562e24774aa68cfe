package io.gannet.transport;

import java.time.Duration;

/**
 * How a stop went.
 *
 * @param drained how many sessions closed with nothing left unsent
 * @param cut how many were closed before everything was sent or their callbacks had ended
 * @param unsentBytes how many accepted bytes were not handed to the operating system
 * @param stillRunning how many sessions had not closed when the stop returned: those that drain
 *     without being waited for
 * @param elapsed how long it took
 */
public record StopReport(
    int drained, int cut, long unsentBytes, int stillRunning, Duration elapsed) {}
