/** The job as a whole: the commands, the settings of all stages together, the check before the start, and the flow. */
@NullMarked
package io.tributary;

import org.jspecify.annotations.NullMarked;
