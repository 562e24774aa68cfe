/** Extensions for JUnit Jupiter: servers of sessions and of calls, and a registry. */
@NullMarked
package io.gannet.test.junit;

import org.jspecify.annotations.NullMarked;
