/**
 * A pipeline on AWS as code: constructs that can each be left out, the stack that joins them, and the commands that plan, apply and
 * destroy it. What the job is told comes from the same settings file as everywhere.
 */
@NullMarked
package io.tributary.aws;

import org.jspecify.annotations.NullMarked;
