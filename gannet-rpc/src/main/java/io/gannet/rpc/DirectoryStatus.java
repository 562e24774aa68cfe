package io.gannet.rpc;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a directory and its source, for people.
 *
 * @param state whether the list is up to date
 * @param since when that state began
 * @param cause why the list isn't up to date, or null
 * @param seen when the directory first saw each instance of its list, by id
 * @param missing instances that the source no longer lists but the directory keeps, because the
 *     cause may be an outage; by id, with the time since when they are missing
 * @param skipped the reason for each invalid entry, by id
 */
public record DirectoryStatus(
    State state,
    Instant since,
    @Nullable Throwable cause,
    Map<String, Instant> seen,
    Map<String, Instant> missing,
    Map<String, String> skipped) {

  /** Whether a list is up to date. */
  public enum State {
    /** There is no list yet. */
    WAITING,
    /** The list is up to date and follows its source. */
    LIVE,
    /** The source can't be queried, or is being queried again. The list is the last known one. */
    STALE,
    /** The directory was closed. */
    CLOSED
  }

  /** Copies the maps. */
  public DirectoryStatus {
    seen = Map.copyOf(seen);
    missing = Map.copyOf(missing);
    skipped = Map.copyOf(skipped);
  }
}
