/**
 * Which exports are there: a location is looked through, and what a manifest says of an export is read, its files and its span of
 * time. Only what a manifest names is ever read.
 */
@NullMarked
package io.tributary.capture.dynamodb.export.find;

import org.jspecify.annotations.NullMarked;
