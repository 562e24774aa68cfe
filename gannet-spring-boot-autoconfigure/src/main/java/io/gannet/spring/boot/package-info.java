/** Servers and clients of calls in Spring Boot applications. */
@NullMarked
package io.gannet.spring.boot;

import org.jspecify.annotations.NullMarked;
