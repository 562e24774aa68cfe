package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * The identity of the peer on a Unix socket, as the operating system recorded it when the peer
 * connected or started to listen. The available parts depend on the I/O mechanism: numbers with
 * {@link Io#EPOLL}, {@link Io#IO_URING} and {@link Io#KQUEUE} (without the process on the latter),
 * names with {@link Io#NIO}.
 *
 * @param pid the process, or -1 if it is not known
 * @param uid the user's number, or -1 if it is not known
 * @param gid the group's number, or -1 if it is not known
 * @param user the user's name, or null if it is not known
 * @param group the group's name, or null if it is not known
 */
public record PeerCredentials(
    int pid, int uid, int gid, @Nullable String user, @Nullable String group) {}
