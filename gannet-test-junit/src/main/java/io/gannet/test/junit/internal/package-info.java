/** An in-memory registry that a test can make unreachable. */
@NullMarked
package io.gannet.test.junit.internal;

import org.jspecify.annotations.NullMarked;
