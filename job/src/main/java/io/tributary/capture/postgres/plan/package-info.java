/**
 * What has to be true before the start, and the start itself: the checks of server, tables, publication and slot, each with
 * the statement that mends it. Opens the reader that the settings name.
 */
@NullMarked
package io.tributary.capture.postgres.plan;

import org.jspecify.annotations.NullMarked;
