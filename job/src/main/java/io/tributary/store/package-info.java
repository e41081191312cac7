/** Objects by their paths: in a bucket of S3, or in a folder that all machines of the job see. */
@NullMarked
package io.tributary.store;

import org.jspecify.annotations.NullMarked;
