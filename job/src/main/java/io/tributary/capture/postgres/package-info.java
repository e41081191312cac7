/**
 * What reads PostgreSQL: the settings, the tables they name, and names and texts as they stand in SQL. The rooms build on
 * these, in this order: {@code value} and {@code server}, {@code row}, the two readers {@code source} and {@code connector},
 * and {@code plan}, which opens one of them.
 */
@NullMarked
package io.tributary.capture.postgres;

import org.jspecify.annotations.NullMarked;
