/** The fuzz targets: one for each decoder of untrusted bytes. */
@NullMarked
package io.gannet.fuzz.targets;

import org.jspecify.annotations.NullMarked;
