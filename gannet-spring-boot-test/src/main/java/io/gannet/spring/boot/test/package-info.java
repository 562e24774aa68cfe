/** Tests of services and clients of Spring Boot applications. */
@NullMarked
package io.gannet.spring.boot.test;

import org.jspecify.annotations.NullMarked;
