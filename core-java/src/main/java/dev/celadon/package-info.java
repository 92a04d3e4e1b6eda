/** The front door: {@link dev.celadon.Greenlets}, for {@code import static}. */
@NullMarked
package dev.celadon;

import org.jspecify.annotations.NullMarked;
