package org.datlake.ducklake;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a check of a lake found: whether everything that the catalog names is in the store, and the other way round.
 * Files of all snapshots that are not expired count, not only those of the newest one.
 *
 * @param snapshotId the newest snapshot when the catalog was read
 * @param deep whether the footers of data files were read too
 * @param tables how many tables that snapshot has
 * @param dataFiles how many data files the catalog names
 * @param deleteFiles how many delete files the catalog names
 * @param bytes the size of all these files, by the catalog
 * @param rows the rows in the data files, by the catalog; those deleted since are counted too, inlined ones are not
 * @param unreachableFiles how many of the files lie where this client cannot look, such as in another bucket; nothing is
 *     said about them
 * @param keepsVersions whether the bucket keeps versions of its objects, so that deleted files can be brought back;
 *     empty where the storage does not say, or is a directory
 * @param findings what is not as it should be: by kind, then table, then path
 * @param truncated the kinds that have more findings than the {@value #MOST_FINDINGS} listed
 */
public record LakeCheck(
        long snapshotId,
        boolean deep,
        long tables,
        long dataFiles,
        long deleteFiles,
        long bytes,
        long rows,
        long unreachableFiles,
        Optional<Boolean> keepsVersions,
        List<Finding> findings,
        Set<Kind> truncated) {

    /** How many findings of one kind are listed at most. */
    public static final int MOST_FINDINGS = 1000;

    /** Copies the collections. */
    public LakeCheck {
        Objects.requireNonNull(keepsVersions, "keepsVersions");
        findings = List.copyOf(findings);
        truncated = Set.copyOf(truncated);
    }

    /** Says whether there is no finding of severity {@link Severity#ERROR}. */
    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
    }

    /** What can be found. */
    public enum Kind {
        /** The catalog names a file that is not in the store. */
        DANGLING_FILE,
        /** A file has another size than the catalog says. */
        WRONG_SIZE,
        /** A file cannot be read; found by a deep check only. */
        UNREADABLE_FILE,
        /** A file has another number of rows than the catalog says; found by a deep check only. */
        ROW_COUNT,
        /** The lake is encrypted, but a file of it is not. */
        UNENCRYPTED_FILE,
        /** Files of different writes are encrypted with the same key. */
        REPEATED_KEY,
        /** A file below the data path that the catalog does not name: it costs space. */
        ORPHAN
    }

    /** How bad it is. */
    public enum Severity {
        /** Rows cannot be read, or are not protected as the lake promises. */
        ERROR,
        /** All rows can be read, but something should be changed. */
        WARNING,
        /** For information. */
        INFO
    }

    /** What is known of older versions of a missing file. */
    public enum Restoration {
        /** The store has none, or the finding is of another kind. */
        IMPOSSIBLE,
        /** The store has one of the right size: check with {@link CheckOptions#restore()}. */
        POSSIBLE,
        /** One was brought back. */
        DONE
    }

    /**
     * One thing that is not as it should be.
     *
     * @param kind what it is
     * @param severity how bad it is
     * @param table {@code schema.table} that the file belongs to; empty for a file that belongs to none
     * @param path where the file is, or should be
     * @param message what is wrong and what to do: a sentence, never with a key or a row's value
     * @param restoration whether a missing file can be, or was, brought back
     */
    public record Finding(
            Kind kind,
            Severity severity,
            Optional<String> table,
            String path,
            String message,
            Restoration restoration) {}
}
