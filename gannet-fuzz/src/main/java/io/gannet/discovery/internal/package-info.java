/** Access for fuzz targets to this package. */
@NullMarked
package io.gannet.discovery.internal;

import org.jspecify.annotations.NullMarked;
