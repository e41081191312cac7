/**
 * Which tables there are to capture, and whether each can be captured whole: it exists, may be read, has a key that its changes
 * carry, and each of its rows is told under one name.
 */
@NullMarked
package io.tributary.capture.postgres.table;

import org.jspecify.annotations.NullMarked;
