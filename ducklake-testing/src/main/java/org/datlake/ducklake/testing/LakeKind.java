package org.datlake.ducklake.testing;

/** The combinations of catalog and storage that a lake can have. */
public enum LakeKind {
    /** The catalog in a DuckDB file, the data in a local directory: no server at all. */
    FILE_AND_LOCAL(false, false),
    /** The catalog in a DuckDB file, the data in a bucket. */
    FILE_AND_S3(false, true),
    /** The catalog in PostgreSQL, the data in a local directory. */
    POSTGRES_AND_LOCAL(true, false),
    /** The catalog in PostgreSQL, the data in a bucket. */
    POSTGRES_AND_S3(true, true);

    private final boolean postgres;
    private final boolean s3;

    LakeKind(boolean postgres, boolean s3) {
        this.postgres = postgres;
        this.s3 = s3;
    }

    /** Says whether the catalog is in PostgreSQL. */
    public boolean usesPostgres() {
        return postgres;
    }

    /** Says whether the data is in a bucket. */
    public boolean usesS3() {
        return s3;
    }
}
