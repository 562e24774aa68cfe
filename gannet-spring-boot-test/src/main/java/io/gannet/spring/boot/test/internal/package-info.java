/** How the tests get their context. */
@NullMarked
package io.gannet.spring.boot.test.internal;

import org.jspecify.annotations.NullMarked;
