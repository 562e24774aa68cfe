/** Reads what protoc asks for, and writes the interfaces. */
@NullMarked
package io.gannet.protoc.internal;

import org.jspecify.annotations.NullMarked;
