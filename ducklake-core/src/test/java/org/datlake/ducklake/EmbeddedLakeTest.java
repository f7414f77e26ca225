package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLakeTest {

    @TempDir
    Path directory;

    record Event(long id, String payload) {}

    @Test
    void a_fresh_directory_becomes_an_encrypted_lake() {
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory))) {
            lake.execute("CREATE TABLE events (id BIGINT, payload VARCHAR)");
            long changed = lake.inTransaction(tx -> tx.execute("INSERT INTO events VALUES (?, ?)", 1, "hello"));
            assertThat(changed).isEqualTo(1);
            List<Event> events =
                    lake.query("SELECT * FROM events").as(Event.class).list();
            assertThat(events).containsExactly(new Event(1, "hello"));
            System.out.println(lake.info());
            System.out.println(lake.tables());
            System.out.println(lake.snapshots());
            System.out.println(lake.health());
            try (SnapshotView view = lake.at(1)) {
                System.out.println(view.tables());
                System.out.println(
                        view.query("SELECT count(*) FROM events").as(Long.class).one());
            }
            lake.useConnection(c -> {
                try (var s = c.createStatement();
                        var r = s.executeQuery("SELECT * FROM events")) {
                    while (r.next()) System.out.println(r.getLong(1) + " " + r.getString("payload"));
                }
                try (var r = c.getMetaData().getTables(null, null, "%", null)) {
                    while (r.next()) System.out.println(r.getString(3));
                }
            });
        }
    }
}
