package org.datlake.ducklake;

import java.util.List;
import java.util.Map;

/**
 * What a client is attached to.
 *
 * @param alias the name that SQL uses for the lake
 * @param formatVersion the catalog's DuckLake format version, for example {@code 1.0}
 * @param engineVersion DuckDB's version, for example {@code v1.5.5}
 * @param extensionVersion the version of DuckDB's ducklake extension
 * @param catalogType {@code postgres} or {@code duckdb}
 * @param dataPath where data files live
 * @param encrypted whether data files are encrypted
 * @param dataInliningRowLimit up to how many rows an insert goes to the catalog
 * @param snapshotId the newest snapshot
 * @param options DuckLake's options of global scope, by name
 * @param warnings what an operator should know: sentences, never secrets
 */
public record LakeInfo(
        String alias,
        String formatVersion,
        String engineVersion,
        String extensionVersion,
        String catalogType,
        String dataPath,
        boolean encrypted,
        int dataInliningRowLimit,
        long snapshotId,
        Map<String, String> options,
        List<String> warnings) {}
