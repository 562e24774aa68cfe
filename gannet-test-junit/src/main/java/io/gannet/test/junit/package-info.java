/** Extensions for JUnit Jupiter: session servers, RPC servers, and a registry. */
@NullMarked
package io.gannet.test.junit;

import org.jspecify.annotations.NullMarked;
