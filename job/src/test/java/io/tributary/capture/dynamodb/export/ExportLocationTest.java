package io.tributary.capture.dynamodb.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportLocationTest {

    @ParameterizedTest
    @CsvSource({
        "s3://bucket, s3://bucket",
        "s3://bucket/, s3://bucket",
        "s3a://bucket/a/b/, s3://bucket/a/b",
        "s3://bucket/a/AWSDynamoDB, s3://bucket/a",
        "s3://bucket/a/AWSDynamoDB/, s3://bucket/a",
        "s3://bucket/a/AWSDynamoDB/0169-ab/, s3://bucket/a/AWSDynamoDB/0169-ab",
        "s3://bucket/AWSDynamoDB/0169-ab, s3://bucket/AWSDynamoDB/0169-ab",
        "/exports, /exports",
        "file:///exports/, /exports",
        "/exports/AWSDynamoDB/0169-ab, /exports/AWSDynamoDB/0169-ab",
        "/AWSDynamoDB, /"
    })
    void isGivenInManyWays(String given, String location) {
        assertThat(ExportLocation.of(given, null, null)).hasToString(location);
    }

    @Test
    void hasABucketAndAPrefix() {
        ExportLocation location = ExportLocation.of("s3://bucket/a/b", null, null);
        assertThat(location.bucket()).isEqualTo("bucket");
        assertThat(location.prefix()).isEqualTo("a/b");
        assertThat(ExportLocation.of("s3://bucket", null, null).prefix()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://", "exports", "http://x/y", "/a/AWSDynamoDB/b/data", ""})
    void isRefusedWhereItIsNone(String given) {
        assertThatThrownBy(() -> ExportLocation.of(given, null, null)).isInstanceOf(IllegalArgumentException.class);
    }
}
