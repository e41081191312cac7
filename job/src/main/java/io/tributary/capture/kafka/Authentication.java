package io.tributary.capture.kafka;

import java.util.Map;

/** How the client logs in to the brokers. */
enum Authentication {
    /** As its properties say. */
    CLIENT("client"),
    /** At Amazon MSK, as the role of AWS that the job runs as. */
    IAM("iam");

    private static final Map<String, String> OF_IAM = Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "AWS_MSK_IAM",
            "sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;",
            "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");

    private final String spelled;

    Authentication(String spelled) {
        this.spelled = spelled;
    }

    /** Of the client. */
    Map<String, String> properties() {
        return this == IAM ? OF_IAM : Map.of();
    }

    @Override
    public String toString() {
        return spelled;
    }
}
