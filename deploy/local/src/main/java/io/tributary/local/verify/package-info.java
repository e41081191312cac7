/** The two ends of a pipeline, as its settings name them: where the demo and the tests look how far it is. */
@NullMarked
package io.tributary.local.verify;

import org.jspecify.annotations.NullMarked;
