package org.datlake.ducklake.internal.load;

import java.util.List;
import java.util.Optional;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.fault.SourcePlace;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.load.SourceScan.Wrong;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/** Looks, after a failure, for the row that is to blame. */
final class RowSearch {

    private final FileReader reader;
    private final Statements lake;

    RowSearch(FileReader reader, Statements lake) {
        this.reader = reader;
        this.lake = lake;
    }

    /**
     * Returns the first file that cannot be read, or the first row that a table does not take; empty if there is none.
     *
     * @param target null if it did not come so far that it was known
     */
    Optional<LoadException> firstIn(List<SourceFile> files, @Nullable LoadTarget target, DuckLakeException failure) {
        for (SourceFile file : files) {
            try {
                reader.columns(file);
            } catch (QueryException e) {
                return Optional.of(new LoadException(
                        SourceFile.place(file.path(), 0, 0, null),
                        "this cannot be read as " + file.format(),
                        SourceFile.UNREADABLE,
                        failure));
            }
            Optional<LoadException> found = target == null
                    ? Optional.empty()
                    : firstIn(reader.scan(List.of(file), target), file.path(), lake, failure);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    static Optional<LoadException> firstIn(
            SourceScan scan, @Nullable String file, Statements lake, DuckLakeException failure) {
        return lake.query(scan.firstBadRow()).first().flatMap(row -> {
            for (int i = 0; i < scan.into().size(); i++) {
                Wrong wrong = Wrong.of(row.getInt("w" + i));
                if (wrong != Wrong.NOTHING) {
                    return Optional.of(new LoadException(
                            SourceFile.place(
                                    file,
                                    0,
                                    row.getLong("n"),
                                    scan.into().get(i).name()),
                            wrong.reason(),
                            sqlState(wrong),
                            failure));
                }
            }
            return Optional.<LoadException>empty();
        });
    }

    private static String sqlState(Wrong wrong) {
        return wrong == Wrong.NULL ? "23502" : wrong == Wrong.TYPE ? "22018" : "22000";
    }

    /** Returns the column of a JSON object whose value does not fit, where it can be told; else null. */
    @Nullable String columnOf(SourceFile file, LoadTarget target, SourcePlace place) {
        boolean json = file.format() == LoadFormat.NDJSON || file.format() == LoadFormat.JSON;
        if (!json || !place.isValue()) {
            return null;
        }
        List<Column> columns = target.columns();
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 0; i < columns.size(); i++) {
            String value = "json ->> " + SqlText.literal(columns.get(i).name());
            sql.append("(").append(value).append(") IS NOT NULL AND TRY_CAST(").append(value);
            sql.append(" AS ")
                    .append(columns.get(i).type())
                    .append(") IS NULL AS w")
                    .append(i)
                    .append(", ");
        }
        sql.append("1 FROM read_json_objects(").append(file.literal());
        sql.append(FileReader.jsonFormat(file.format())).append(") LIMIT 1 OFFSET ");
        sql.append(Math.max(place.line(), place.row()) - 1);
        Optional<Row> row = lake.query(sql.toString()).first();
        for (int i = 0; row.isPresent() && i < columns.size(); i++) {
            if (row.get().getBoolean("w" + i)) {
                return columns.get(i).name();
            }
        }
        return null;
    }
}
