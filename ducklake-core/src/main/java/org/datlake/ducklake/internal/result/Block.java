package org.datlake.ducklake.internal.result;

import java.util.List;

/**
 * Some rows of a result, decoded into Java's own memory, so that nothing native outlives the call that fetched it.
 *
 * @param rows how many
 * @param columns their values, column by column
 */
public record Block(int rows, List<Column> columns) {}
