package io.tributary.capture.dynamodb.export.make;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Exports by DynamoDB itself, of tables with point-in-time recovery. They take nothing of the table's read capacity. */
final class PointInTimeExports implements ExportService {

    private final DynamoDbClient client;

    PointInTimeExports(DynamoDbClient client) {
        this.client = client;
    }

    @Override
    public TableIdentity identity(String table) throws IOException {
        try {
            TableDescription description =
                    client.describeTable(request -> request.tableName(table)).table();
            return TableIdentity.of(description.tableArn(), description.tableId());
        } catch (SdkException e) {
            throw new IOException("DynamoDB does not describe table " + table + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String start(String table, ExportLocation location, @Nullable Window window) throws IOException {
        if (!location.isS3()) {
            throw new IOException("DynamoDB exports to S3 only, and the exports of table " + table + " are in "
                    + location + ": set dynamodb.exports.location to s3://bucket/prefix");
        }
        try {
            String arn = client.describeTable(request -> request.tableName(table))
                    .table()
                    .tableArn();
            return client.exportTableToPointInTime(request(arn, location, window))
                    .exportDescription()
                    .exportArn();
        } catch (PointInTimeRecoveryUnavailableException e) {
            throw new IOException(
                    "Point-in-time recovery of table " + table + " is not on, which exports need: turn it on, as aws"
                            + " dynamodb update-continuous-backups --table-name " + table
                            + " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true does",
                    e);
        } catch (SdkException e) {
            throw new IOException("DynamoDB does not export table " + table + ": " + e.getMessage(), e);
        }
    }

    static ExportTableToPointInTimeRequest request(String arn, ExportLocation location, @Nullable Window window) {
        ExportTableToPointInTimeRequest.Builder request = ExportTableToPointInTimeRequest.builder()
                .tableArn(arn)
                .s3Bucket(location.bucket())
                .exportFormat(ExportFormat.DYNAMODB_JSON);
        if (!location.prefix().isEmpty()) {
            request.s3Prefix(location.prefix());
        }
        if (window == null) {
            return request.exportType(ExportType.FULL_EXPORT).build();
        }
        return request.exportType(ExportType.INCREMENTAL_EXPORT)
                .incrementalExportSpecification(span -> span.exportFromTime(Instant.ofEpochMilli(window.from()))
                        .exportToTime(Instant.ofEpochMilli(window.to()))
                        .exportViewType(ExportViewType.NEW_AND_OLD_IMAGES))
                .build();
    }

    @Override
    public boolean isComplete(String export) throws IOException {
        ExportDescription description;
        try {
            description =
                    client.describeExport(request -> request.exportArn(export)).exportDescription();
        } catch (SdkException e) {
            throw new IOException("DynamoDB does not say how far the export " + export + " is: " + e.getMessage(), e);
        }
        switch (description.exportStatus()) {
            case COMPLETED:
                return true;
            case FAILED:
                throw new ExportFailedException("DynamoDB gave the export " + export + " up: "
                        + description.failureCode() + ", " + description.failureMessage());
            case IN_PROGRESS:
            case UNKNOWN_TO_SDK_VERSION:
            default:
                return false;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
