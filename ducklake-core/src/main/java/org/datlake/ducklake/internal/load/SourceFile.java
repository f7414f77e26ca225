package org.datlake.ducklake.internal.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.LoadFormat;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * A file that is loaded.
 *
 * @param path its path or address
 * @param format its format
 * @param bytes its size, where it is known
 */
record SourceFile(String path, LoadFormat format, OptionalLong bytes) {

    static final String UNREADABLE = "58P01";

    /** Makes sure that files are there, and that their formats are known. */
    static List<SourceFile> of(@Nullable LoadFormat format, Path... paths) {
        List<SourceFile> files = new ArrayList<>();
        for (Path path : paths) {
            Path file = path.toAbsolutePath().normalize();
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw problem(file.toString(), "this is not a readable file");
            }
            LoadFormat known = format != null ? format : formatOf(file.toString());
            files.add(new SourceFile(
                    file.toString(), known, OptionalLong.of(file.toFile().length())));
        }
        if (files.isEmpty()) {
            throw new LoadException(place(null, 0, 0, null), "there is no file to load", UNREADABLE, null);
        }
        return files;
    }

    /** Finds the files that a pattern matches. */
    static List<SourceFile> matching(Statements lake, String pattern) {
        if (pattern.contains("://") && !pattern.startsWith("s3://")) {
            throw problem(pattern, "only files and addresses that begin with s3:// are loaded");
        }
        List<String> paths = lake.query("SELECT file FROM glob(?) ORDER BY file", pattern)
                .as(String.class)
                .list();
        if (paths.isEmpty()) {
            throw problem(pattern, "no file matches this");
        }
        return paths.stream()
                .map(path -> new SourceFile(path, formatOf(path), sizeOf(path)))
                .toList();
    }

    private static OptionalLong sizeOf(String path) {
        return path.contains("://")
                ? OptionalLong.empty()
                : OptionalLong.of(Path.of(path).toFile().length());
    }

    private static LoadFormat formatOf(String path) {
        return LoadFormat.ofName(path)
                .orElseThrow(() ->
                        problem(path, "its name has none of the endings .csv .tsv .parquet .ndjson .jsonl .json"));
    }

    private static LoadException problem(String file, String reason) {
        return new LoadException(place(file, 0, 0, null), reason, UNREADABLE, null);
    }

    static LoadException.Place place(@Nullable String file, long line, long row, @Nullable String column) {
        return new LoadException.Place(
                Optional.ofNullable(file),
                line == 0 ? OptionalLong.empty() : OptionalLong.of(line),
                row == 0 ? OptionalLong.empty() : OptionalLong.of(row),
                Optional.ofNullable(column));
    }

    /** Writes the path for the engine, which would take some characters for a pattern. */
    String literal() {
        return SqlText.literal(path.replaceAll("[\\[*?]", "[$0]"));
    }

    static String list(List<SourceFile> files) {
        return files.stream().map(SourceFile::literal).toList().toString();
    }

    /** Finds the file that the engine names; it may write the path in another way. */
    static Optional<SourceFile> named(List<SourceFile> files, @Nullable String name) {
        return files.size() == 1
                ? Optional.of(files.get(0))
                : files.stream()
                        .filter(file -> Objects.equals(file.path(), name))
                        .findFirst();
    }
}
