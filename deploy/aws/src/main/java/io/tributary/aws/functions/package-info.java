/** What runs in functions: commands of the job, in rounds that end before Lambda ends them. */
@NullMarked
package io.tributary.aws.functions;

import org.jspecify.annotations.NullMarked;
