/**
 * A small chat of lines: {@code /name ann} enters, {@code /who} lists the members, {@code /quit}
 * leaves, and every other line is sent to all.
 */
@NullMarked
package io.gannet.examples.chat;

import org.jspecify.annotations.NullMarked;
