/** Code that all soaks share. */
@NullMarked
package io.gannet.soak.internal.harness;

import org.jspecify.annotations.NullMarked;
