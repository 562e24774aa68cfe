/** Code that the tests of all registries share. */
@NullMarked
package io.gannet.discovery.testkit;

import org.jspecify.annotations.NullMarked;
