package org.datlake.ducklake;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * How far a load has come. Nothing of it is committed yet. When a load has to begin again, its figures do too.
 *
 * @param rows how many rows were read
 * @param bytes how many bytes of files were read; 0 where the source is no file
 * @param totalBytes how many bytes there are in all, where that is known
 */
public record LoadProgress(long rows, long bytes, OptionalLong totalBytes) {

    /** Checks that nothing is missing. */
    public LoadProgress {
        Objects.requireNonNull(totalBytes, "totalBytes");
    }
}
