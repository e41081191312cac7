/**
 * The SQL files: found, checked as a whole before the start, and planned onto the stream of the newest rows. Rows go into
 * and out of Flink's planner as they are, and leave as exact changelogs, one entry for each key that really changed.
 */
@NullMarked
package io.tributary.query;

import org.jspecify.annotations.NullMarked;
