/** What Actuator shows: health, the endpoint, metrics. */
@NullMarked
package io.gannet.spring.boot.internal.actuate;

import org.jspecify.annotations.NullMarked;
