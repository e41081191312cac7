/**
 * The newest row of every key, in keyed state: what is older is dropped, what is partial is completed, what changes nothing
 * is dropped, and what is left leaves as an exact changelog.
 */
@NullMarked
package io.tributary.latest;

import org.jspecify.annotations.NullMarked;
