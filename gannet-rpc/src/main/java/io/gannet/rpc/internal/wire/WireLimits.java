package io.gannet.rpc.internal.wire;

/**
 * Limits on parts of a frame; the one on the whole is the session's.
 *
 * @param metadataEntries how many entries metadata may have
 * @param metadataBytes how many bytes its texts may have together
 */
public record WireLimits(int metadataEntries, int metadataBytes) {}
