/** Trino, as a program that answers queries over the job's tables. It knows nothing of the job. */
package io.tributary.local.trino;
