/**
 * Fills from keyed state what is new: a SQL file, or a table that begins to go to the targets, is shown the rows that an operator
 * has, key group by key group, between the changes that go on.
 */
@NullMarked
package io.tributary.fill;

import org.jspecify.annotations.NullMarked;
