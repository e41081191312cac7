/** What the job and the warehouse's runner agree on: which records come in files, where these are, and what is in them. */
@NullMarked
package io.tributary.load;

import org.jspecify.annotations.NullMarked;
