/** What the tests of every Gannet module share. */
@NullMarked
package io.gannet.testkit;

import org.jspecify.annotations.NullMarked;
