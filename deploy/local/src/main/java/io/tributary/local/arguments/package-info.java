/** The command lines of the scripts: one reader for all, and for each command a text that is both its help and its rules. */
@NullMarked
package io.tributary.local.arguments;

import org.jspecify.annotations.NullMarked;
