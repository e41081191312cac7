package io.tributary.sink.iceberg;

import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/** A complete checkpoint: what the committer and each writer keep. */
record WriterStates(long checkpoint, OperatorSubtaskState committer, List<OperatorSubtaskState> writers) {}
