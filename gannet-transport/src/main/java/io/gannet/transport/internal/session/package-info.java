/** One session: its states, its way in, its way out, and the dispatch of its callbacks. */
@NullMarked
package io.gannet.transport.internal.session;

import org.jspecify.annotations.NullMarked;
