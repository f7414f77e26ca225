package org.datlake.ducklake.internal.load;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadResult;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.fault.SourcePlace;
import org.jspecify.annotations.Nullable;

/** Loads files, which the engine reads within the transaction. For one load. */
final class FileLoad {

    private final BulkLoads loads;
    private final LoadOptions options;
    private final Deadline deadline;
    private @Nullable LoadTarget target;
    private List<SourceFile> current = List.of();
    private long rows;

    FileLoad(BulkLoads loads, LoadOptions options) {
        this.loads = loads;
        this.options = options;
        this.deadline = Deadline.after(options.timeout);
    }

    LoadResult run(List<SourceFile> files) {
        loads.checkOffset(options);
        ProgressReports progress = new ProgressReports(options.progress, total(files));
        try {
            Committed committed = loads.commit(options, deadline.remaining(), null, transaction -> {
                rows = 0;
                load(transaction, files, progress);
            });
            return new LoadResult(committed, committed.repeated() ? OptionalLong.empty() : OptionalLong.of(rows));
        } catch (DuckLakeException e) {
            throw explained(e);
        }
    }

    private static OptionalLong total(List<SourceFile> files) {
        boolean known = files.stream().allMatch(file -> file.bytes().isPresent());
        return known
                ? OptionalLong.of(
                        files.stream().mapToLong(file -> file.bytes().orElse(0)).sum())
                : OptionalLong.empty();
    }

    private void load(Transaction transaction, List<SourceFile> files, ProgressReports progress) {
        FileReader reader = new FileReader(transaction::query, options.byPosition);
        current = files;
        target = null;
        LoadTarget table = LoadTarget.prepared(transaction, loads.alias(), options, () -> reader.columns(files.get(0)));
        long bytes = 0;
        progress.report(0, 0);
        for (List<SourceFile> alike : reader.alike(files)) {
            current = alike;
            target = table;
            rows += transaction.execute(reader.scan(alike, table).insert(table));
            bytes += alike.stream().mapToLong(file -> file.bytes().orElse(0)).sum();
            progress.report(rows, bytes);
        }
        current = List.of();
        progress.end(rows, bytes);
    }

    /** Says where it is wrong: by what the engine says, else by a look at the rows. */
    private DuckLakeException explained(DuckLakeException failure) {
        if (!(failure.getCause() instanceof EngineFailure engine)
                || engine.fault().kind() != FaultKind.STATEMENT
                || current.isEmpty()) {
            return failure;
        }
        SourcePlace place = engine.fault().place();
        RowSearch search = new RowSearch(
                new FileReader(loads.queries(options.timeout), options.byPosition), loads.queries(options.timeout));
        try {
            if (place != null) {
                return ofEngine(place, failure, search);
            }
            Optional<LoadException> found = search.firstIn(current, target, failure);
            return found.isPresent() ? found.get() : failure;
        } catch (DuckLakeException e) {
            // What was to explain the failure failed: the failure itself has to do.
            failure.addSuppressed(e);
            return failure;
        }
    }

    private LoadException ofEngine(SourcePlace place, DuckLakeException failure, RowSearch search) {
        Optional<SourceFile> file = SourceFile.named(current, place.file());
        String column = place.column();
        if (column == null && file.isPresent() && target != null) {
            column = search.columnOf(file.get(), target, place);
        }
        return new LoadException(
                SourceFile.place(file.map(SourceFile::path).orElse(place.file()), place.line(), place.row(), column),
                place.reason(),
                failure.sqlState(),
                failure);
    }
}
