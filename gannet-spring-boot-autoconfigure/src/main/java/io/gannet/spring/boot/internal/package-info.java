/** The auto-configuration: not part of the API, except for the properties that it reads. */
@NullMarked
package io.gannet.spring.boot.internal;

import org.jspecify.annotations.NullMarked;
