/** The smallest server and client there are: they exchange lines of text. */
@NullMarked
package io.gannet.examples.lines;

import org.jspecify.annotations.NullMarked;
