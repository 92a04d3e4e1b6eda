/** Programs to run and to read. {@link dev.celadon.examples.Examples} has the list. */
@NullMarked
package dev.celadon.examples;

import org.jspecify.annotations.NullMarked;
