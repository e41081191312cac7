/**
 * The server as all others meet it: connections and their options, what is asked and checked, the slot and positions in
 * the WAL. What waits for a server that does not answer waits here.
 */
@NullMarked
package io.tributary.capture.postgres.server;

import org.jspecify.annotations.NullMarked;
