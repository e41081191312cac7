package io.tributary.sink.kinesis;

import java.util.Set;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Tells what Kinesis refuses for good from what may pass. A failure that it does not know may pass. */
final class RequestFailure {

    /**
     * The stream is not there, the job may not write to it, its key cannot be used, or a record is too large for it.
     * Credentials that have expired are not among them: the client fetches them anew.
     */
    private static final Set<String> FOR_GOOD = Set.of(
            "AccessDeniedException",
            "InvalidArgumentException",
            "InvalidSignatureException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSNotFoundException",
            "KMSOptInRequired",
            "ResourceNotFoundException",
            "UnrecognizedClientException",
            "ValidationException");

    private RequestFailure() {}

    static boolean isForGood(Throwable failure) {
        if (!(failure instanceof AwsServiceException)) {
            return false;
        }
        AwsErrorDetails details = ((AwsServiceException) failure).awsErrorDetails();
        return details != null && details.errorCode() != null && FOR_GOOD.contains(details.errorCode());
    }
}
