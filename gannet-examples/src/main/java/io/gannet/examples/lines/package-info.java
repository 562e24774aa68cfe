/** The smallest possible server and client: they exchange lines of text. */
@NullMarked
package io.gannet.examples.lines;

import org.jspecify.annotations.NullMarked;
