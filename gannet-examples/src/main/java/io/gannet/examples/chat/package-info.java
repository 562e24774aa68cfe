/**
 * A small chat of lines: {@code /name ann} enters, {@code /who} tells who is there, {@code /quit}
 * leaves, and everything else is said to all.
 */
@NullMarked
package io.gannet.examples.chat;

import org.jspecify.annotations.NullMarked;
