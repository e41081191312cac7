package io.tributary;

import io.tributary.settings.Problems;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@link Inventory} that a savepoint or a retained checkpoint has, which {@link PassThrough} writes into it; or one in a
 * file, as a running job told it.
 */
final class SavepointInventory {

    static final ListStateDescriptor<String> STATE =
            new ListStateDescriptor<>(Inventory.PARAMETER, StringSerializer.INSTANCE);

    /** How a file ends that has an inventory as text. */
    private static final String AS_TEXT = ".inventory";

    private SavepointInventory() {}

    /**
     * Fails with a sentence if there is none.
     *
     * @param place a savepoint's folder or its metadata; or a file that ends in {@code .inventory}
     */
    static Inventory read(String place, Problems problems) {
        try {
            String text = place.endsWith(AS_TEXT) ? text(new Path(place)) : ofSavepoint(place);
            if (text != null) {
                return Inventory.parse(text);
            }
            problems.add("--from " + place
                    + ": the savepoint has no list of its SQL files and tables, so it is of a build before"
                    + " there were such lists: resume the job from it with the settings as they were, and compare with what"
                    + " it writes then");
        } catch (IOException | IllegalArgumentException e) {
            problems.add("--from " + place
                    + " cannot be read as a savepoint or a retained checkpoint, which is a folder with a file"
                    + " _metadata: " + e.getMessage());
        }
        throw problems.exception();
    }

    private static String text(Path file) throws IOException {
        try (FSDataInputStream in = file.getFileSystem().open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static @Nullable String ofSavepoint(String place) throws IOException {
        CompletedCheckpointStorageLocation location = AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(place);
        CheckpointMetadata metadata;
        try (DataInputStream in =
                new DataInputStream(location.getMetadataHandle().openInputStream())) {
            metadata = Checkpoints.loadCheckpointMetadata(
                    in, SavepointInventory.class.getClassLoader(), location.getExternalPointer());
        }
        for (OperatorState operator : metadata.getOperatorStates()) {
            for (OperatorSubtaskState subtask : operator.getStates()) {
                for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
                    if (handle.getStateNameToPartitionOffsets().containsKey(Inventory.PARAMETER)) {
                        String text = ofSubtask(subtask);
                        if (!text.isEmpty()) {
                            return text;
                        }
                    }
                }
            }
        }
        return null;
    }

    private static String ofSubtask(OperatorSubtaskState subtask) throws IOException {
        try (CloseableRegistry streams = new CloseableRegistry()) {
            OperatorStateBackend backend = new DefaultOperatorStateBackendBuilder(
                            SavepointInventory.class.getClassLoader(),
                            new ExecutionConfig(),
                            false,
                            subtask.getManagedOperatorState(),
                            streams)
                    .build();
            try {
                StringBuilder text = new StringBuilder();
                for (String part : backend.getListState(STATE).get()) {
                    text.append(part);
                }
                return text.toString();
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                backend.dispose();
                backend.close();
            }
        }
    }
}
