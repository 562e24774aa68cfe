/** The fuzz targets: one for each decoder that a stranger's bytes reach. */
@NullMarked
package io.gannet.fuzz.targets;

import org.jspecify.annotations.NullMarked;
