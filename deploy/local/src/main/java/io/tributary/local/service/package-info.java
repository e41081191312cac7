/**
 * Real services from package registries alone, each a process of its own that ends with us, and what speaks with them. A system
 * with more than its server has a folder of its own.
 */
@NullMarked
package io.tributary.local.service;

import org.jspecify.annotations.NullMarked;
