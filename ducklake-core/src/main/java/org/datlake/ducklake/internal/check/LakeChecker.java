package org.datlake.ducklake.internal.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.LakeCheck;
import org.datlake.ducklake.LakeCheck.Finding;
import org.datlake.ducklake.LakeCheck.Kind;
import org.datlake.ducklake.LakeCheck.Restoration;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.storage.Storage;
import org.datlake.ducklake.internal.storage.StoredFile;
import org.datlake.ducklake.internal.storage.StoredFiles;
import org.jspecify.annotations.Nullable;

/**
 * Checks a lake once, while others may write to it. The storage is listed before the catalog is read, since files are
 * there before the catalog names them; and whatever looks wrong is looked at once more, in the storage and then in the
 * catalog, before it is a finding: it may have come, or gone as it should, in the meantime. For one thread.
 */
public final class LakeChecker {

    private static final int APPENDED_AT_ONCE = 2000;

    private final LakeRuntime lake;
    private final StoredFiles storage;
    private final CheckOptions options;
    private final CheckSql sql;
    private final Deadline deadline;
    private final FoundList found = new FoundList();
    private final Set<Long> broken = new HashSet<>();
    private long unreachable;

    private LakeChecker(LakeRuntime lake, Storage storage, CheckOptions options) {
        this.lake = lake;
        this.storage = storage.files(lake.settings().connectionTimeout());
        this.options = options;
        this.sql = new CheckSql(lake.settings());
        this.deadline = Deadline.after(options.timeout());
    }

    /**
     * Checks.
     *
     * @throws EngineFailure if catalog or storage do not answer, or the options' timeout passes
     */
    public static LakeCheck check(LakeRuntime lake, Storage storage, CheckOptions options) throws EngineFailure {
        return new LakeChecker(lake, storage, options).check();
    }

    private LakeCheck check() throws EngineFailure {
        try (CheckSession session = new CheckSession(lake.connect(deadline), deadline)) {
            Instant youngest = Instant.now().minus(options.orphanAge());
            session.run(sql.createStored());
            list(session);
            // One transaction sees one state of the catalog.
            session.run("BEGIN TRANSACTION");
            long snapshotId = session.number(sql.newestSnapshot());
            long tables = session.number(sql.tables(snapshotId));
            session.run(sql.createFiles());
            session.run(sql.createOrphans(youngest));
            findRepeatedKeys(session);
            session.run("COMMIT");

            findMissing(session);
            findPlain(session);
            findOrphans(session);
            if (options.deep()) {
                countRows(session);
            }
            Optional<Boolean> keepsVersions = storage.keepsVersions();
            return session.rows(
                            sql.totals(),
                            row -> new LakeCheck(
                                    snapshotId,
                                    options.deep(),
                                    tables,
                                    row.getLong("data_files"),
                                    row.getLong("delete_files"),
                                    row.getLong("bytes"),
                                    row.getLong("rows"),
                                    unreachable,
                                    keepsVersions,
                                    found.sorted(),
                                    found.truncated()))
                    .get(0);
        }
    }

    private void list(CheckSession session) throws EngineFailure {
        List<StoredFile> batch = new ArrayList<>();
        storage.list(file -> {
            batch.add(file);
            if (batch.size() == APPENDED_AT_ONCE) {
                checkTime();
                session.append(batch);
                batch.clear();
            }
        });
        session.append(batch);
    }

    /** Between requests to the storage; the engine's calls look at the time themselves. */
    private void checkTime() throws EngineFailure {
        if (lake.inFlight().isClosed()) {
            throw new EngineFailure(EngineFault.closed("the client is closed"));
        }
        if (deadline.hasPassed()) {
            throw new EngineFailure(EngineFault.timeout(
                    "the check did not end within " + options.timeout().toMillis() + " ms"));
        }
    }

    private void findRepeatedKeys(CheckSession session) throws EngineFailure {
        session.rows(
                        sql.repeatedKeys(),
                        row -> Findings.repeatedKey(
                                row.getString("name"),
                                row.getString("path"),
                                row.getLong("files"),
                                row.getString("other")))
                .forEach(found::add);
    }

    private void findMissing(CheckSession session) throws EngineFailure {
        forEach(
                session,
                CheckSql.SUSPECT,
                file -> {
                    if (!storage.reaches(file.path())) {
                        unreachable++;
                        return;
                    }
                    Optional<StoredFile> stored = storage.find(file.path());
                    boolean missing = stored.isEmpty();
                    boolean wrong =
                            !missing && file.bytes() != null && stored.get().bytes() != file.bytes();
                    if ((missing || wrong) && isNamed(session, file)) {
                        if (options.deep()) {
                            broken.add(file.id());
                        }
                        found.add(
                                missing
                                        ? Findings.missing(file, restoration(file), options.restore())
                                        : Findings.wrongSize(file, stored.get().bytes()));
                    }
                },
                Kind.DANGLING_FILE,
                Kind.WRONG_SIZE);
    }

    private boolean isNamed(CheckSession session, NamedFile file) throws EngineFailure {
        return session.number(sql.isNamed(file)) > 0;
    }

    private Restoration restoration(NamedFile file) throws EngineFailure {
        Long bytes = file.bytes();
        if (bytes == null) {
            return Restoration.IMPOSSIBLE;
        }
        if (options.restore()) {
            try {
                return storage.restore(file.path(), bytes) ? Restoration.DONE : Restoration.IMPOSSIBLE;
            } catch (EngineFailure e) {
                if (e.fault().kind() != FaultKind.STORAGE_REFUSED) {
                    throw e;
                }
                return Restoration.POSSIBLE;
            }
        }
        return storage.isRestorable(file.path(), bytes) ? Restoration.POSSIBLE : Restoration.IMPOSSIBLE;
    }

    private void findPlain(CheckSession session) throws EngineFailure {
        if (!lake.settings().encrypted()) {
            return;
        }
        forEach(session, CheckSql.PLAIN, file -> found.add(Findings.plain(file)), Kind.UNENCRYPTED_FILE);
    }

    private void findOrphans(CheckSession session) throws EngineFailure {
        long after = -1;
        while (!found.isFull(Kind.ORPHAN)) {
            List<Orphan> page = session.rows(
                    sql.orphanPage(after),
                    row -> new Orphan(row.getLong("row"), row.getString("path"), row.getLong("bytes")));
            if (page.isEmpty()) {
                return;
            }
            for (Orphan orphan : page) {
                checkTime();
                // A clean-up may have removed it since it was listed.
                if (storage.find(orphan.path()).isPresent()) {
                    found.add(Findings.orphan(orphan.path(), orphan.bytes()));
                }
            }
            after = page.get(page.size() - 1).row();
        }
    }

    private void countRows(CheckSession session) throws EngineFailure {
        forEachPage(
                session,
                CheckSql.COUNTABLE,
                page -> {
                    session.run(sql.rememberKeys(page));
                    for (NamedFile file : page) {
                        checkTime();
                        if (broken.contains(file.id()) || !storage.reaches(file.path())) {
                            continue;
                        }
                        Finding finding = counted(session, file);
                        if (finding != null && isNamed(session, file)) {
                            found.add(finding);
                        }
                    }
                },
                Kind.UNREADABLE_FILE,
                Kind.ROW_COUNT);
    }

    private @Nullable Finding counted(CheckSession session, NamedFile file) throws EngineFailure {
        try {
            long rows = session.number(sql.countRows(file));
            return Objects.equals(file.rows(), rows) ? null : Findings.rowCount(file, rows);
        } catch (EngineFailure e) {
            if (!isAboutFile(e.fault().kind())) {
                throw e;
            }
            return Findings.unreadable(file, e.fault().message());
        }
    }

    private static boolean isAboutFile(FaultKind kind) {
        return kind == FaultKind.STATEMENT || kind == FaultKind.STORAGE_MISSING || kind == FaultKind.ENGINE_SUSPECT;
    }

    private void forEach(CheckSession session, String condition, FileWork work, Kind... kinds) throws EngineFailure {
        forEachPage(
                session,
                condition,
                page -> {
                    for (NamedFile file : page) {
                        checkTime();
                        work.look(file);
                    }
                },
                kinds);
    }

    private void forEachPage(CheckSession session, String condition, PageWork work, Kind... kinds)
            throws EngineFailure {
        long after = -1;
        while (!allFull(kinds)) {
            List<NamedFile> page = session.rows(sql.page(condition, after), NamedFile::of);
            if (page.isEmpty()) {
                return;
            }
            work.look(page);
            after = page.get(page.size() - 1).row();
        }
    }

    private boolean allFull(Kind... kinds) {
        for (Kind kind : kinds) {
            if (!found.isFull(kind)) {
                return false;
            }
        }
        return true;
    }

    @FunctionalInterface
    private interface FileWork {
        void look(NamedFile file) throws EngineFailure;
    }

    @FunctionalInterface
    private interface PageWork {
        void look(List<NamedFile> page) throws EngineFailure;
    }

    private record Orphan(long row, String path, long bytes) {}
}
