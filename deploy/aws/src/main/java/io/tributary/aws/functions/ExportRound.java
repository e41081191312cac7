package io.tributary.aws.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The job's {@code dynamodb export}, as far as it comes before the function has to end. The command notes which export is under way,
 * so the next call goes on waiting for it.
 *
 * <p>Its answer says in {@code complete} whether all is exported.
 */
public final class ExportRound implements RequestHandler<Map<String, String>, Map<String, Object>> {

    /** What is left of the time to end in order. */
    private static final Duration RESERVE = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Lambda makes one for each process. */
    public ExportRound() {}

    @Override
    public Map<String, Object> handleRequest(Map<String, String> settings, Context context) {
        Path file = groups(settings);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> export = thread.submit(() -> {
                Main.main(new String[] {"dynamodb", "export", "--application-properties", file.toString()});
                return true;
            });
            return Map.of("complete", isOver(export, context.getRemainingTimeInMillis() - RESERVE.toMillis()));
        } finally {
            // What waits for DynamoDB is interrupted, and closes its clients.
            thread.shutdownNow();
            end(thread);
        }
    }

    private static boolean isOver(Future<?> export, long millis) {
        try {
            export.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void end(ExecutorService thread) {
        try {
            if (!thread.awaitTermination(RESERVE.toSeconds() / 2, TimeUnit.SECONDS)) {
                System.err.println("The export did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The file in which Managed Service for Apache Flink would give them to the job. */
    private static Path groups(Map<String, String> settings) {
        try {
            Path file = Files.createTempFile("properties", ".json");
            Object group = Map.of("PropertyGroupId", "tributary", "PropertyMap", settings);
            Files.write(file, JSON.writeValueAsBytes(List.of(group)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
