package io.tributary.aws;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.constructs.Construct;

/** Exceptions from the rules of AWS Solutions that the tests check, each with its reason. They stand in the template, too. */
final class Exceptions {

    private Exceptions() {}

    /** Of this construct and what is in it. */
    static void allow(Construct construct, String rule, String reason) {
        NagSuppressions.addResourceSuppressions(
                construct,
                List.of(NagPackSuppression.builder().id(rule).reason(reason).build()),
                true);
    }
}
