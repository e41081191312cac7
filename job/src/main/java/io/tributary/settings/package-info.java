/**
 * What every stage's settings are made of: secrets that are references, and a list that collects all that is wrong
 * before the job starts. The options themselves live in the settings class of their stage.
 */
@NullMarked
package io.tributary.settings;

import org.jspecify.annotations.NullMarked;
