package org.datlake.ducklake.examples.spring;

import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.SnapshotView;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of measurements. Thread-safe. */
@Component
class Measurements {

    private static final String NEWEST_OF_SENSOR =
            "SELECT sensor, taken_at, celsius FROM measurements WHERE sensor = ? ORDER BY taken_at DESC LIMIT ?";

    /** Makes records of columns by their names, {@code taken_at} to {@code takenAt}. */
    private static final RowMapper<Measurement> ROWS = new SimplePropertyRowMapper<>(Measurement.class);

    private final DuckLakeClient lake;
    private final JdbcClient jdbc;
    private final RowWriter writer;

    Measurements(DuckLakeClient lake, JdbcClient jdbc) {
        this.lake = lake;
        this.jdbc = jdbc;
        // Any number of processes may start at once.
        lake.createIfAbsent("CREATE TABLE measurements"
                + " (sensor VARCHAR NOT NULL, taken_at TIMESTAMPTZ NOT NULL, celsius DOUBLE NOT NULL)");
        writer = lake.rowWriter(
                "main", "measurements", RowWriterOptions.defaults().withColumns("sensor", "taken_at", "celsius"));
    }

    /** Writes all or none of the rows, once for each key, in a commit that requests of the same moment share. */
    CompletableFuture<Committed> write(List<Measurement> rows, String idempotencyKey) {
        List<Object[]> values = rows.stream()
                .map(row -> new Object[] {row.sensor(), row.takenAt(), row.celsius()})
                .toList();
        return writer.writeAll(values, idempotencyKey);
    }

    /** Returns a sensor's newest measurements. */
    List<Measurement> read(String sensor, int limit) {
        return jdbc.sql(NEWEST_OF_SENSOR).params(sensor, limit).query(ROWS).list();
    }

    /** Returns what {@link #read} would have returned at a snapshot. */
    List<Measurement> readAt(long snapshotId, String sensor, int limit) {
        try (SnapshotView then = lake.at(snapshotId)) {
            return then.query(NEWEST_OF_SENSOR, sensor, limit)
                    .as(Measurement.class)
                    .list();
        }
    }

    @PreDestroy
    void close() {
        writer.close();
    }
}
