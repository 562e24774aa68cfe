package io.gannet.rpc;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a directory knows what it says, for people.
 *
 * @param state whether the list is followed
 * @param since when that state began
 * @param cause why it isn't followed, or null
 * @param seen when the directory has seen each instance of its list for the first time, by id
 * @param missing instances that are kept although where the list comes from doesn't have them, because that
 *     may be the doing of an outage; by id, with the moment from which they were missing
 * @param skipped entries that are no instances, by id, with what is wrong with them
 */
public record DirectoryStatus(
    State state,
    Instant since,
    @Nullable Throwable cause,
    Map<String, Instant> seen,
    Map<String, Instant> missing,
    Map<String, String> skipped) {

  /** Whether a list is followed. */
  public enum State {
    /** There is no list yet. */
    WAITING,
    /** The list is what there is, and changes with it. */
    LIVE,
    /** Where it comes from can't be asked, or is being asked again: the list is the last one known. */
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
