package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a Unix socket, as the operating system knows it from when the peer
 * connected or began to listen. What is known depends on how bytes are moved: numbers with {@link
 * Io#EPOLL}, {@link Io#IO_URING} and {@link Io#KQUEUE} (there without the process), names with {@link
 * Io#NIO}.
 *
 * @param pid the process, or -1 if it is not known
 * @param uid the user's number, or -1 if it is not known
 * @param gid the group's number, or -1 if it is not known
 * @param user the user's name, or null if it is not known
 * @param group the group's name, or null if it is not known
 */
public record PeerCredentials(
    int pid, int uid, int gid, @Nullable String user, @Nullable String group) {}
