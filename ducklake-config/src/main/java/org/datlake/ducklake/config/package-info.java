/**
 * Environment variables and files to the settings of {@link org.datlake.ducklake.DuckLakeClient}.
 *
 * <p>Start at {@link org.datlake.ducklake.config.DuckLakeConfigLoader}. All names are listed in {@code REFERENCE.md} of
 * this module. Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package org.datlake.ducklake.config;

import org.jspecify.annotations.NullMarked;
