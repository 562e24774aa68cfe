/** Runs fuzz targets. */
@NullMarked
package io.gannet.fuzz;

import org.jspecify.annotations.NullMarked;
