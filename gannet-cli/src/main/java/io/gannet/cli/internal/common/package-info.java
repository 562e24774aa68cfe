/** What all subcommands share: errors in one line, addresses, signals, I/O options, logging. */
@NullMarked
package io.gannet.cli.internal.common;

import org.jspecify.annotations.NullMarked;
