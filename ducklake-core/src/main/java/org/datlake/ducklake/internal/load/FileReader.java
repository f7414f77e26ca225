package org.datlake.ducklake.internal.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Has the engine read files. What it finds out about a CSV or JSON file by itself decides only how the file is written,
 * never the types of a table that is there: a text of digits in a VARCHAR column stays the text that it is.
 */
final class FileReader {

    private final Statements lake;
    private final @Nullable List<String> positions;

    FileReader(Statements lake, @Nullable List<String> positions) {
        this.lake = lake;
        this.positions = positions;
    }

    /** Returns the columns that a table for a file is to have. */
    List<Column> columns(SourceFile file) {
        return switch (file.format()) {
            case CSV -> sniffed(file).columns();
            case PARQUET -> described(parquet(List.of(file)));
            case NDJSON, JSON -> described(json(file.format(), List.of(file), ", sample_size = -1"));
        };
    }

    private List<Column> described(String scan) {
        return LoadTarget.described(lake, "SELECT * FROM " + scan);
    }

    /** Puts those files together that are read by one scan, for each scan may make files of its own in the lake. */
    List<List<SourceFile>> alike(List<SourceFile> files) {
        Map<Object, List<SourceFile>> alike = new LinkedHashMap<>();
        for (SourceFile file : files) {
            Object kind = file.format() == LoadFormat.CSV ? sniffed(file).kind() : file.format();
            alike.computeIfAbsent(kind, key -> new ArrayList<>()).add(file);
        }
        return List.copyOf(alike.values());
    }

    /** Reads files that are alike. */
    SourceScan scan(List<SourceFile> files, LoadTarget target) {
        LoadFormat format = files.get(0).format();
        return switch (format) {
            case CSV -> csvScan(files, sniffed(files.get(0)).kind(), target);
            case PARQUET -> parquetScan(files, target);
            case NDJSON, JSON -> jsonScan(files, format, target);
        };
    }

    private SourceScan csvScan(List<SourceFile> files, CsvKind csv, LoadTarget target) {
        // What no column is called is a row, whose values are not to be shown.
        if (positions == null && csv.names().stream().noneMatch(target::hasColumn)) {
            throw new LoadException(
                    SourceFile.place(files.get(0).path(), 0, 0, null),
                    "its first line names no column of the table: is the header missing?",
                    "42703",
                    null);
        }
        List<Column> into = target.match(csv.names(), positions);
        String columns = ", columns = " + types(csv.names(), into);
        return new SourceScan(
                "read_csv(" + SourceFile.list(files) + csv.options() + columns + ")", csv.names(), into, true);
    }

    private SourceScan parquetScan(List<SourceFile> files, LoadTarget target) {
        String from = parquet(files);
        List<String> names = described(from).stream().map(Column::name).toList();
        return new SourceScan(from, names, target.match(names, positions), false);
    }

    private static String parquet(List<SourceFile> files) {
        return "read_parquet(" + SourceFile.list(files) + ", union_by_name = true)";
    }

    /** Keys that the table does not have would be passed over without a word, so all of them are looked at. */
    private SourceScan jsonScan(List<SourceFile> files, LoadFormat format, LoadTarget target) {
        if (positions != null) {
            throw EngineFault.wrongUse("22023", "the columns of JSON have no position: they are matched by name")
                    .toException(null);
        }
        List<Column> keys = described(json(format, files, ", sample_size = -1, maximum_depth = 1"));
        boolean noObjects = keys.size() == 1 && keys.get(0).name().equals("json");
        for (Column key : keys) {
            if (!target.hasColumn(key.name()) && !noObjects) {
                throw unknownKey(files, format, key.name());
            }
        }
        // A key in another spelling than the column's is the same key, as elsewhere.
        List<Column> into = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Column column : target.columns()) {
            for (Column key : noObjects ? List.of(column) : keys) {
                if (column.isNamed(key.name())) {
                    into.add(column);
                    names.add(key.name());
                }
            }
        }
        return new SourceScan(json(format, files, ", columns = " + types(names, into)), names, into, true);
    }

    private LoadException unknownKey(List<SourceFile> files, LoadFormat format, String key) {
        for (SourceFile file : files) {
            List<Long> rows = lake.query(
                            "SELECT n FROM (SELECT row_number() OVER () AS n, json FROM read_json_objects("
                                    + file.literal() + jsonFormat(format)
                                    + ")) WHERE list_contains(json_keys(json), ?) "
                                    + "ORDER BY n LIMIT 1",
                            key)
                    .as(Long.class)
                    .list();
            if (!rows.isEmpty()) {
                return new LoadException(
                        SourceFile.place(file.path(), 0, rows.get(0), key),
                        "the table has no such column",
                        "42703",
                        null);
            }
        }
        return new LoadException(SourceFile.place(null, 0, 0, key), "the table has no such column", "42703", null);
    }

    private static String json(LoadFormat format, List<SourceFile> files, String options) {
        return "read_json(" + SourceFile.list(files) + jsonFormat(format) + options + ")";
    }

    static String jsonFormat(LoadFormat format) {
        return ", format = '" + (format == LoadFormat.NDJSON ? "newline_delimited" : "auto") + "'";
    }

    private static String types(List<String> names, List<Column> columns) {
        List<String> types = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            types.add(SqlText.literal(names.get(i)) + ": "
                    + SqlText.literal(columns.get(i).type()));
        }
        return types.stream().collect(Collectors.joining(", ", "{", "}"));
    }

    private Csv sniffed(SourceFile file) {
        // Names that are matched have to be there; else the engine finds out whether there are any.
        // A line that is wrong must not make all the others look like something else, so it is passed over here.
        String header = positions == null ? ", header = true" : "";
        List<Row> rows = lake.query("SELECT delimiter, quote, escape, comment, skiprows, hasheader, dateformat, "
                        + "timestampformat, unnest(columns).name AS name, unnest(columns).type AS type FROM sniff_csv("
                        + file.literal() + ", ignore_errors = true" + header + ")")
                .list();
        Row first = rows.get(0);
        List<Column> columns = rows.stream()
                .map(row -> new Column(text(row, "name"), text(row, "type"), true))
                .toList();
        StringBuilder options = new StringBuilder(", auto_detect = false, delim = ");
        options.append(SqlText.literal(text(first, "delimiter")));
        // A sample without quotes says nothing about the rest of the file.
        options.append(", quote = ").append(SqlText.literal(orElse(text(first, "quote"), "\"")));
        options.append(", escape = ").append(SqlText.literal(orElse(text(first, "escape"), "\"")));
        options.append(", comment = ").append(SqlText.literal(orElse(text(first, "comment"), "")));
        options.append(", skip = ").append(first.getLong("skiprows"));
        options.append(", header = ").append(first.getBoolean("hasheader"));
        for (String name : List.of("dateformat", "timestampformat")) {
            if (!first.isNull(name)) {
                options.append(", ").append(name).append(" = ").append(SqlText.literal(text(first, name)));
            }
        }
        return new Csv(options.toString(), columns);
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column));
    }

    private static String orElse(String found, String otherwise) {
        return found.equals("(empty)") ? otherwise : found;
    }

    /**
     * What was found in a CSV file.
     *
     * @param options for reading it
     * @param columns with the types that a sample has
     */
    private record Csv(String options, List<Column> columns) {

        CsvKind kind() {
            return new CsvKind(options, columns.stream().map(Column::name).toList());
        }
    }

    /**
     * How a CSV file is written; those that are written alike are read together.
     *
     * @param options for reading it
     * @param names of its columns
     */
    private record CsvKind(String options, List<String> names) {}
}
