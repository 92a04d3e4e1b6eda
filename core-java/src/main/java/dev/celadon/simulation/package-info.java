/** Floor 6: the same programs on time that a test controls. */
@NullMarked
package dev.celadon.simulation;

import org.jspecify.annotations.NullMarked;
