/**
 * Tools for tests of network programs: a clock that a test controls, and a proxy that breaks
 * connections. They need no test framework and no other module of Gannet.
 */
@NullMarked
package io.gannet.test;

import org.jspecify.annotations.NullMarked;
