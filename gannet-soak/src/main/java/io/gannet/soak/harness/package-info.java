/** What all soaks share. */
@NullMarked
package io.gannet.soak.harness;

import org.jspecify.annotations.NullMarked;
