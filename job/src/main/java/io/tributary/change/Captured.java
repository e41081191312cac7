package io.tributary.change;

/** What a capture hands on: a {@link Change}, or a {@link Rejected} where it could not read one. */
public interface Captured {}
