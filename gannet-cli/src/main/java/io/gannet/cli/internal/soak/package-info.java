/** Runs that look for what a test is too short to find. */
@NullMarked
package io.gannet.cli.internal.soak;

import org.jspecify.annotations.NullMarked;
