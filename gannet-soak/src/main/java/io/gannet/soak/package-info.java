/** The command {@code ./soak}: long runs that find problems that tests are too short to find. */
@NullMarked
package io.gannet.soak;

import org.jspecify.annotations.NullMarked;
