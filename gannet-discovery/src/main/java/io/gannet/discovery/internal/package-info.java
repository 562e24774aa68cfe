/** What all registries have in common. */
@NullMarked
package io.gannet.discovery.internal;

import org.jspecify.annotations.NullMarked;
