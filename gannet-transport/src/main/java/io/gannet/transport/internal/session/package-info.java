/** A session: its states, its inbound and outbound sides, and the dispatch of its callbacks. */
@NullMarked
package io.gannet.transport.internal.session;

import org.jspecify.annotations.NullMarked;
