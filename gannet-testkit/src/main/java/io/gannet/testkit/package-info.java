/** Code that the tests of all Gannet modules share. */
@NullMarked
package io.gannet.testkit;

import org.jspecify.annotations.NullMarked;
