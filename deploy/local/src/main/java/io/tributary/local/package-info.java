/**
 * Tributary on a laptop: real services from package registries alone, the demo, and verify. Everything it starts ends
 * with it, and it keeps all that it writes in one folder.
 */
@NullMarked
package io.tributary.local;

import org.jspecify.annotations.NullMarked;
