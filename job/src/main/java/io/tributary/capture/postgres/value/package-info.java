/**
 * What single values are: the types of PostgreSQL, and how each is read from its text or its binary form and laid out in a
 * row. Bytes come in, and nothing here knows of tables or of a server.
 */
@NullMarked
package io.tributary.capture.postgres.value;

import org.jspecify.annotations.NullMarked;
