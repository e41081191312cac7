/**
 * What every stage's settings are made of: one reader of what is given, which collects all that is wrong before the job
 * starts, one rule for names in keys and one for secrets. The options themselves live in the settings class of their stage,
 * whose {@code from(Given)} always returns settings; where there is a problem, they serve to find further ones.
 */
@NullMarked
package io.tributary.settings;

import org.jspecify.annotations.NullMarked;
