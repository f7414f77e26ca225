package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkLoadFilesTest {

    @TempDir
    private Path directory;

    @TempDir
    private Path files;

    private DuckLakeClient lake;

    record Item(@Nullable Long id, @Nullable String name) {}

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR)");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(files.resolve(name), content);
    }

    private List<Item> items() {
        return lake.query("SELECT id, name FROM t ORDER BY id").as(Item.class).list();
    }

    @Test
    void csv_parquet_and_json_of_all_kinds_are_loaded_in_one_snapshot() throws IOException {
        Path csv = file("a.csv", "id,name\n1,one\n2,\"two, quoted\"\n");
        Path swapped = file("b.csv", "NAME,ID\nthree,3\n");
        Path ndjson = file("c.ndjson", "{\"name\":\"four\",\"id\":4}\n{\"id\":5}\n");
        Path array = file("d.json", "[{\"id\":6,\"name\":\"six\"}]");
        Path packed = files.resolve("e.csv.gz");
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(packed)), StandardCharsets.UTF_8)) {
            out.write("id;name\n7;seven\n");
        }
        Path parquet = files.resolve("f's [1]*.parquet");
        lake.useConnection(connection -> connection
                .createStatement()
                .execute("COPY (SELECT 8 AS id, 'eight' AS name) TO '"
                        + parquet.toString().replace("'", "''") + "' (FORMAT parquet)"));
        long before = lake.snapshots().size();

        LoadResult result =
                lake.load("t").describe("tester", "all kinds").fromFiles(csv, swapped, ndjson, array, packed, parquet);

        assertThat(result.rows()).hasValue(8);
        assertThat(lake.snapshots()).hasSize((int) before + 1);
        assertThat(lake.snapshots().get((int) before).message()).hasValue("all kinds");
        assertThat(result.committed().snapshotId()).hasValue(before);
        assertThat(items())
                .containsExactly(
                        new Item(1L, "one"),
                        new Item(2L, "two, quoted"),
                        new Item(3L, "three"),
                        new Item(4L, "four"),
                        new Item(5L, null),
                        new Item(6L, "six"),
                        new Item(7L, "seven"),
                        new Item(8L, "eight"));
    }

    @Test
    void texts_of_digits_stay_as_they_are() throws IOException {
        lake.load("t")
                .fromFiles(file("a.csv", "id,name\n1,007\n2,1e3\n"), file("b.ndjson", "{\"id\":3,\"name\":\"01\"}"));

        assertThat(items()).containsExactly(new Item(1L, "007"), new Item(2L, "1e3"), new Item(3L, "01"));
    }

    @Test
    void decimals_that_json_holds_as_texts_keep_their_digits() throws IOException {
        lake.execute("CREATE TABLE d (amount DECIMAL(38, 10))");

        lake.load("d").fromFiles(file("a.ndjson", "{\"amount\":\"1234567890123456789012345678.0123456789\"}"));

        assertThat(lake.query("SELECT amount::VARCHAR FROM d").as(String.class).one())
                .isEqualTo("1234567890123456789012345678.0123456789");
    }

    @Test
    void quotes_that_begin_late_in_a_file_are_quotes() throws IOException {
        StringBuilder text = new StringBuilder("id,name\n");
        for (int i = 0; i < 30_000; i++) {
            text.append(i).append(",plain\n");
        }
        lake.load("t").fromFiles(file("a.csv", text + "30000,\"a, b\"\n"));

        assertThat(lake.query("SELECT name FROM t WHERE id = 30000")
                        .as(String.class)
                        .one())
                .isEqualTo("a, b");
    }

    @Test
    void columns_that_the_source_lacks_get_their_defaults() throws IOException {
        lake.execute("CREATE TABLE d (id BIGINT, state VARCHAR DEFAULT 'new')");

        lake.load("d").fromFiles(file("a.csv", "id\n1\n"), file("b.ndjson", "{\"id\":2}\n"));

        assertThat(lake.query("SELECT state FROM d").as(String.class).list()).containsExactly("new", "new");
    }

    @Test
    void columns_are_matched_by_position_when_asked_for() throws IOException {
        lake.load("t").byPosition().fromFiles(file("a.csv", "1,one\n2,two\n"));
        lake.load("t").byPosition("name", "id").fromFiles(file("b.csv", "x,y\nthree,3\n"));

        assertThat(items()).containsExactly(new Item(1L, "one"), new Item(2L, "two"), new Item(3L, "three"));
        assertThatThrownBy(() -> lake.load("t").byPosition("id").fromFiles(file("c.csv", "1,one\n")))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("2 columns, the table takes 1");
        assertThatThrownBy(() -> lake.load("t").byPosition().fromFiles(file("d.ndjson", "{\"id\":1}\n")))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("by name");
    }

    @Test
    void a_missing_table_is_created_only_when_asked_for() throws IOException {
        Path csv = file("a.csv", "id,at,amount\n1,2024-01-02 03:04:05,1.5\n");

        assertThatThrownBy(() -> lake.load("made").fromFiles(csv))
                .isInstanceOf(QueryException.class)
                .extracting(e -> ((QueryException) e).sqlState())
                .isEqualTo("42P01");
        lake.load("made").createTable().fromFiles(csv);
        lake.load("made").createTable().fromFiles(csv);

        assertThat(lake.query("SELECT column_type FROM (DESCRIBE made)")
                        .as(String.class)
                        .list())
                .containsExactly("BIGINT", "TIMESTAMP", "DOUBLE");
        assertThat(lake.query("SELECT count(*) FROM made").as(Long.class).one()).isEqualTo(2);
    }

    @Test
    void replacing_leaves_only_the_new_rows_and_is_one_snapshot() throws IOException {
        lake.execute("INSERT INTO t VALUES (1, 'old'), (2, 'old')");
        int before = lake.snapshots().size();

        lake.load("t").replace().fromFiles(file("a.csv", "id,name\n3,new\n"));

        assertThat(items()).containsExactly(new Item(3L, "new"));
        assertThat(lake.snapshots()).hasSize(before + 1);
        assertThatThrownBy(() -> lake.load("t").replace().fromFiles(file("b.csv", "id,name\nx,new\n")))
                .isInstanceOf(LoadException.class);
        assertThat(items()).containsExactly(new Item(3L, "new"));
    }

    @Test
    void many_small_files_become_few_files_in_the_lake() throws IOException {
        DuckLakeSettings settings = TestLake.settings(files.resolve("other"))
                .dataInliningRowLimit(0)
                .build();
        try (DuckLakeClient other = DuckLakeClient.connect(settings)) {
            List<Path> paths = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                paths.add(file("part" + i + ".ndjson", ("{\"id\":" + i + ",\"name\":\"n\"}\n").repeat(3)));
                paths.add(file("part" + i + ".csv", "id,name\n" + i + ",n\n"));
            }
            LoadResult result = other.load("t").createTable().fromFiles(paths.toArray(Path[]::new));

            assertThat(result.rows()).hasValue(160);
            assertThat(other.query("SELECT count(*) FROM ducklake_list_files('lake', 't')")
                            .as(Long.class)
                            .one())
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_pattern_finds_files() throws IOException {
        file("p1.csv", "id,name\n1,a\n");
        file("p2.csv", "id,name\n2,b\n");

        assertThat(lake.load("t").fromPattern(files + "/p*.csv").rows()).hasValue(2);
        assertThatThrownBy(() -> lake.load("t").fromPattern(files + "/q*.csv"))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("no file matches");
        assertThatThrownBy(() -> lake.load("t").fromPattern("https://localhost/a.csv"))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("s3://");
    }

    @Test
    void files_that_are_not_there_or_of_no_known_kind_are_named() throws IOException {
        Path notes = file("notes.txt", "x");

        assertThatThrownBy(() -> lake.load("t").fromFiles(files.resolve("missing.csv")))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("missing.csv: this is not a readable file");
        assertThatThrownBy(() -> lake.load("t").fromFiles(notes))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("notes.txt: its name has none of the endings");
        assertThatThrownBy(() -> lake.load("t").fromFiles()).isInstanceOf(LoadException.class);
        lake.load("t").fromFiles(LoadFormat.CSV, file("data.txt", "id,name\n1,a\n"));
        assertThat(items()).hasSize(1);
    }

    private LoadException failure(Path... paths) {
        LoadException failure =
                catchThrowableOfType(LoadException.class, () -> lake.load("t").fromFiles(paths));
        assertThat(failure).as("the load fails").isNotNull();
        assertThat(failure.getMessage()).doesNotContain("CANARY");
        assertThat(items()).isEmpty();
        return failure;
    }

    private static LoadException.Place place(Path file, long line, long row, @Nullable String column) {
        return new LoadException.Place(
                Optional.of(file.toString()),
                line == 0 ? OptionalLong.empty() : OptionalLong.of(line),
                row == 0 ? OptionalLong.empty() : OptionalLong.of(row),
                Optional.ofNullable(column));
    }

    @Test
    void a_value_that_does_not_fit_is_named_by_file_line_and_column() throws IOException {
        Path good = file("good.csv", "id,name\n1,a\n");
        Path csv = file("bad.csv", "id,name\n1,a\nCANARY,b\n");
        Path ndjson = file("bad.ndjson", "{\"id\":1,\"name\":\"a\"}\n{\"id\":\"CANARY\",\"name\":\"b\"}\n");
        Path array = file("bad.json", "[{\"id\":1},\n{\"id\":\"CANARY\"}]");

        assertThat(failure(good, csv).place()).isEqualTo(place(csv, 3, 0, "id"));
        assertThat(failure(good, ndjson).place()).isEqualTo(place(ndjson, 2, 0, "id"));
        assertThat(failure(array).place()).isEqualTo(place(array, 0, 2, "id"));
        assertThat(failure(csv).reason()).isEqualTo("the value does not fit the column's type");
        assertThat(failure(csv)).hasMessage(csv + ", line 3, column \"id\": the value does not fit the column's type");
    }

    @Test
    void a_value_of_parquet_that_does_not_fit_is_named_by_file_row_and_column() {
        Path parquet = files.resolve("bad.parquet");
        lake.useConnection(connection -> connection
                .createStatement()
                .execute("COPY (SELECT CASE WHEN i = 2 THEN 'CANARY' ELSE i::VARCHAR END AS id FROM range(5) r(i)) TO '"
                        + parquet + "' (FORMAT parquet)"));

        assertThat(failure(parquet).place()).isEqualTo(place(parquet, 0, 3, "id"));
    }

    @Test
    void null_in_a_column_that_takes_none_is_named() throws IOException {
        Path csv = file("null.csv", "id,name\n1,a\n,b\n");

        LoadException failure = failure(csv);

        assertThat(failure.place()).isEqualTo(place(csv, 0, 2, "id"));
        assertThat(failure.sqlState()).isEqualTo("23502");
    }

    @Test
    void lines_that_are_no_csv_or_json_are_named() throws IOException {
        Path few = file("few.csv", "id,name\n1,a\n2\n3,c\n");
        Path broken = file("broken.ndjson", "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":CANARY}\n");
        Path scalar = file("scalar.ndjson", "{\"id\":1}\n5\n");
        Path twice = file("twice.ndjson", "{\"id\":1,\"id\":2}\n");
        Path parquet = file("bad.parquet", "this is none");

        assertThat(failure(few)).hasMessageContaining("few.csv, line 3: expected 2 values, found 1");
        assertThat(failure(broken).place()).isEqualTo(place(broken, 2, 0, null));
        assertThat(failure(scalar)).hasMessageContaining("line 2: this is no JSON object");
        assertThat(failure(twice)).hasMessageContaining("line 1: a key occurs twice");
        assertThat(failure(parquet)).hasMessageContaining("bad.parquet: this cannot be read as PARQUET");
    }

    @Test
    void a_column_that_the_table_does_not_have_is_refused_wherever_it_comes() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            lines.append("{\"id\":").append(i).append("}\n");
        }
        Path late = file("late.ndjson", lines + "{\"id\":1,\"nmae\":\"x\"}\n");

        assertThat(failure(late).place()).isEqualTo(place(late, 0, 30_001, "nmae"));
        assertThatThrownBy(() -> lake.load("t").fromFiles(file("a.csv", "id,nmae\n1,x\n")))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("no column \"nmae\"");
    }

    @Test
    void a_csv_without_a_header_had_its_first_row_shown() throws IOException {
        assertThat(failure(file("a.csv", "1,CANARY\n2,b\n")))
                .hasMessageContaining("a.csv: its first line names no column of the table")
                .hasMessageNotContaining("CANARY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a {SNAPSHOT_ID} b", "{METADATA_PATH}"})
    void texts_that_ducklake_would_spoil_are_refused_by_name(String text) throws IOException {
        Path csv = file("spoiled.csv", "id,name\n1,fine {x}\n2," + text + "\n");
        Path ndjson = file("spoiled.ndjson", "{\"id\":1,\"name\":\"" + text + "\"}\n");

        assertThat(failure(csv).place()).isEqualTo(place(csv, 0, 2, "name"));
        assertThat(failure(ndjson)).hasMessageContaining("column \"name\"").hasMessageContaining("{SNAPSHOT_ID}");
    }

    @Test
    void a_nul_character_is_refused_by_name() throws IOException {
        Path ndjson = file("nul.ndjson", "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"a\\u0000b\"}\n");

        assertThat(failure(ndjson).place().column()).hasValue("name");
    }

    @Test
    void texts_with_other_braces_are_kept_whole() throws IOException {
        lake.load("t").fromFiles(file("a.csv", "id,name\n1,{snapshot_id} {x} }{\n"));

        assertThat(items()).containsExactly(new Item(1L, "{snapshot_id} {x} }{"));
    }

    @Test
    void a_load_with_a_key_happens_once() throws IOException {
        Path csv = file("a.csv", "id,name\n1,a\n");

        LoadResult first = lake.load("t").idempotencyKey("k").fromFiles(csv);
        LoadResult second = lake.load("t").idempotencyKey("k").fromFiles(csv);

        assertThat(second.committed())
                .isEqualTo(new Committed(
                        first.committed().operationId(), first.committed().snapshotId(), true));
        assertThat(second.rows()).isEmpty();
        assertThat(items()).hasSize(1);
    }

    @Test
    void progress_is_told_and_may_end_the_load() throws IOException {
        Path csv = file("a.csv", "id,name\n1,a\n2,b\n");
        List<LoadProgress> told = new ArrayList<>();

        lake.load("t").progress(told::add).fromFiles(csv);

        assertThat(told).isNotEmpty();
        assertThat(told.get(0).totalBytes()).hasValue(Files.size(csv));
        assertThatThrownBy(() -> lake.load("t")
                        .progress(progress -> {
                            throw new IllegalStateException("enough");
                        })
                        .fromFiles(csv))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(items()).hasSize(2);
    }
}
