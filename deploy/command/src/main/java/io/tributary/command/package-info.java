/**
 * The command for people. What the job's own {@code Main} does is passed on to it; what is for people only is here: settings to
 * begin with, a job on this machine, a look at what runs and at what it made.
 */
@NullMarked
package io.tributary.command;

import org.jspecify.annotations.NullMarked;
