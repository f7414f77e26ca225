package org.datlake.ducklake.internal.storage;

import java.time.Instant;

/**
 * A file in the storage.
 *
 * @param path as the catalog would name it in full
 * @param bytes its size
 * @param modified when it was written
 */
public record StoredFile(String path, long bytes, Instant modified) {}
