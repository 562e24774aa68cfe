/** The part that all kinds of registries share. */
@NullMarked
package io.gannet.discovery.internal;

import org.jspecify.annotations.NullMarked;
