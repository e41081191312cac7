package io.tributary.change;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/** What a capture hands on: a {@link Change}, or a {@link Rejected} where it could not read one. */
@TypeInfo(WireTypeFactory.class)
public interface Captured {}
