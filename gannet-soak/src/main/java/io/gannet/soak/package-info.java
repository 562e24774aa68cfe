/** The command {@code ./soak}: runs that look for what a test is too short to find. */
@NullMarked
package io.gannet.soak;

import org.jspecify.annotations.NullMarked;
