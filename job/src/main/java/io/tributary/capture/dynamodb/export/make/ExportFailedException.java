package io.tributary.capture.dynamodb.export.make;

import java.io.IOException;

/** DynamoDB gave an export up. */
final class ExportFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    ExportFailedException(String sentence) {
        super(sentence);
    }
}
