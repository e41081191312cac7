/** The shop whose rows and items the demo copies: its tables, what is in them at first, and the load that changes them. */
@NullMarked
package io.tributary.local.shop;

import org.jspecify.annotations.NullMarked;
