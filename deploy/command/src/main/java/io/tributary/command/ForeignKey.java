package io.tributary.command;

/** One column of a table that holds the key of another one, whose key has no other column. */
record ForeignKey(FoundTable child, String column, FoundTable parent) {}
