package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_S3;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.util.List;
import java.util.Map;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.LakeInfo;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.SnapshotView;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;

/** What a client promises holds for every combination of catalog and storage. */
class FourCombinationsIT {

    record Item(int id, String name) {}

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void few_rows_and_many_rows_are_written_and_read(DuckLakeClient lake) {
        lake.execute("CREATE TABLE items (id INTEGER, name VARCHAR)");
        lake.useTransaction(transaction -> {
            transaction.execute("INSERT INTO items VALUES (?, ?)", 1, "one");
            transaction.execute("INSERT INTO items VALUES (?, ?)", 2, null);
        });
        lake.execute("INSERT INTO items SELECT range, 'item ' || range FROM range(10, 20010)");

        assertThat(lake.query("SELECT count(*), sum(id) FROM items")
                        .map(row -> List.of(row.getLong("count_star()"), row.get(1, Long.class)))
                        .one())
                .isEqualTo(List.of(20002L, 200190003L));
        assertThat(lake.query("SELECT id, name FROM items WHERE id IN (1, 15) ORDER BY id")
                        .as(Item.class)
                        .list())
                .containsExactly(new Item(1, "one"), new Item(15, "item 15"));
        assertThat(lake.tables())
                .singleElement()
                .satisfies(table -> assertThat(table.name()).isEqualTo("items"))
                .extracting(TableInfo::inlinedRows)
                .isEqualTo(2L);
    }

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void rows_are_changed_and_deleted_and_seen_as_they_were(DuckLakeClient lake) {
        lake.execute("CREATE TABLE items AS SELECT range AS id, 'old' AS name FROM range(5000)");
        long before = lake.info().snapshotId();
        lake.execute("UPDATE items SET name = 'new' WHERE id < 100");
        lake.execute("DELETE FROM items WHERE id >= 1000");

        assertThat(lake.query("SELECT name, count(*) AS n FROM items GROUP BY name")
                        .map(row -> Map.entry(row.getString("name"), row.getLong("n")))
                        .list())
                .containsExactlyInAnyOrder(Map.entry("new", 100L), Map.entry("old", 900L));
        try (SnapshotView view = lake.at(before)) {
            assertThat(view.query("SELECT name, count(*) AS n FROM items GROUP BY name")
                            .map(row -> Map.entry(row.getString("name"), row.getLong("n")))
                            .list())
                    .containsExactly(Map.entry("old", 5000L));
        }
        assertThat(lake.snapshots()).extracting(Snapshot::id).containsExactly(0L, 1L, 2L, 3L);
    }

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void a_transaction_that_throws_leaves_nothing(DuckLakeClient lake) {
        lake.execute("CREATE TABLE items (id INTEGER)");
        try {
            lake.useTransaction(transaction -> {
                transaction.execute("INSERT INTO items SELECT range FROM range(5000)");
                throw new IllegalStateException("changed my mind");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("changed my mind");
        }

        assertThat(lake.query("SELECT count(*) FROM items").as(Long.class).one())
                .isZero();
        assertThat(lake.snapshots()).hasSize(2);
    }

    @DuckLakeTest({FILE_AND_LOCAL, FILE_AND_S3, POSTGRES_AND_LOCAL, POSTGRES_AND_S3})
    void a_lake_is_found_again_as_it_was_left(DisposableLake place) {
        try (DuckLakeClient first = DuckLakeClient.connect(place.settings().build())) {
            first.execute("CREATE TABLE items AS SELECT range AS id FROM range(3000)");
        }
        try (DuckLakeClient second = DuckLakeClient.connect(place.settings().build())) {
            LakeInfo info = second.info();

            assertThat(info.formatVersion()).isEqualTo("1.0");
            assertThat(info.encrypted()).isTrue();
            assertThat(info.catalogType()).isEqualTo(place.kind().usesPostgres() ? "postgres" : "duckdb");
            assertThat(info.dataPath()).isEqualTo(place.storage().dataPath());
            assertThat(second.query("SELECT count(*) FROM items").as(Long.class).one())
                    .isEqualTo(3000);
        }
    }

    @DuckLakeTest({FILE_AND_LOCAL, POSTGRES_AND_S3})
    void statements_whose_columns_depend_on_parameters_work(DuckLakeClient lake) {
        lake.execute("CREATE TABLE made AS SELECT range AS id, ? AS text FROM range(2000)", "x");

        assertThat(lake.query("SELECT ? AS a, id AS b FROM made WHERE id = ?", "left", 7)
                        .map(row -> row.getString("a") + row.getLong("b"))
                        .list())
                .containsExactly("left7");
        assertThatThrownBy(() ->
                        lake.query("CREATE TABLE sneaked AS SELECT ? AS a", 1).list())
                .isInstanceOf(QueryException.class);
        assertThat(lake.tables()).extracting(TableInfo::name).containsExactly("made");
    }
}
