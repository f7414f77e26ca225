package org.datlake.ducklake.internal.check;

import java.util.Optional;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;
import org.datlake.ducklake.LakeCheck.Restoration;
import org.datlake.ducklake.LakeCheck.Severity;

/** Says what was found, how bad it is and what to do. */
final class Findings {

    private static final String FROM_BACKUP = ". Bring it back from a backup of the storage";

    private Findings() {}

    /** The flag says whether it was tried to bring the file back. */
    static Finding missing(NamedFile file, Restoration restoration, boolean tried) {
        String message = "the catalog names this " + file.what() + ", but it is not in the storage: " + file.readers();
        return switch (restoration) {
            case DONE ->
                of(
                        Kind.DANGLING_FILE,
                        Severity.INFO,
                        file,
                        "this " + file.what() + " was missing; an older version of it was brought back",
                        restoration);
            case POSSIBLE ->
                of(
                        Kind.DANGLING_FILE,
                        Severity.ERROR,
                        file,
                        message + ". The bucket still has it in an older version"
                                + (tried
                                        ? ", but the key may not bring it back: that takes s3:GetObjectVersion and "
                                                + "s3:PutObject"
                                        : ": check again and have it restored"),
                        restoration);
            case IMPOSSIBLE -> of(Kind.DANGLING_FILE, Severity.ERROR, file, message + FROM_BACKUP, restoration);
        };
    }

    static Finding wrongSize(NamedFile file, long bytes) {
        return of(
                Kind.WRONG_SIZE,
                file,
                "this " + file.what() + " has " + bytes + " bytes, the catalog says " + file.bytes() + ": "
                        + file.readers() + FROM_BACKUP);
    }

    static Finding unreadable(NamedFile file, String reason) {
        return of(
                Kind.UNREADABLE_FILE,
                file,
                "this " + file.what() + " cannot be read (" + reason + "): " + file.readers() + FROM_BACKUP);
    }

    static Finding rowCount(NamedFile file, long rows) {
        return of(
                Kind.ROW_COUNT,
                file,
                "this " + file.what() + " has " + rows + " rows, the catalog says " + file.rows()
                        + ": it is not the file that was written" + FROM_BACKUP);
    }

    static Finding plain(NamedFile file) {
        return of(
                Kind.UNENCRYPTED_FILE,
                file,
                "the lake is encrypted, but this " + file.what() + " has no key, and DuckLake refuses to change its "
                        + "rows: insert them anew instead of adding the file as it is");
    }

    static Finding repeatedKey(String table, String path, long files, String newest) {
        return new Finding(
                Kind.REPEATED_KEY,
                Severity.WARNING,
                Optional.of(table),
                path,
                files + " files of different writes have the same encryption key, the newest is " + newest
                        + ": somebody wrote on a connection that had run setseed(); write their rows anew, then expire "
                        + "and clean up",
                Restoration.IMPOSSIBLE);
    }

    static Finding orphan(String path, long bytes) {
        return new Finding(
                Kind.ORPHAN,
                Severity.INFO,
                Optional.empty(),
                path,
                "the catalog does not name this file of " + bytes + " bytes; it is left over from a write that failed, "
                        + "or is not DuckLake's. If nobody else needs it, delete it",
                Restoration.IMPOSSIBLE);
    }

    private static Finding of(Kind kind, NamedFile file, String message) {
        return of(kind, Severity.ERROR, file, message, Restoration.IMPOSSIBLE);
    }

    private static Finding of(Kind kind, Severity severity, NamedFile file, String message, Restoration restoration) {
        return new Finding(kind, severity, Optional.of(file.table()), file.path(), message, restoration);
    }
}
