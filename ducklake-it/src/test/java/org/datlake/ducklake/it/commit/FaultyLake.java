package org.datlake.ducklake.it.commit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.WireProxy;
import org.datlake.ducklake.testing.WireProxy.Moment;

/** A lake in PostgreSQL and S3, with a client whose wire to PostgreSQL can be broken and one whose wire is whole. */
final class FaultyLake implements AutoCloseable {

    private final WireProxy wire;
    private final DuckLakeClient broken;
    private final DuckLakeClient whole;

    /**
     * Connects both, and creates the table {@code t (batch VARCHAR, n BIGINT)}.
     *
     * @param inliningLimit of the client with the breakable wire
     */
    FaultyLake(DisposableLake place, int inliningLimit, Duration timeout) {
        CatalogSettings.Postgres direct = (CatalogSettings.Postgres) place.catalog();
        whole = DuckLakeClient.connect(place.settings().build());
        whole.execute("CREATE TABLE t (batch VARCHAR, n BIGINT)");
        wire = WireProxy.postgres(direct.host(), direct.port());
        broken = DuckLakeClient.connect(settings(place, wire)
                .dataInliningRowLimit(inliningLimit)
                .operationTimeout(timeout)
                .build());
    }

    /** Starts the settings of a further client behind a wire. */
    static DuckLakeSettings.Builder settings(DisposableLake place, WireProxy wire) {
        CatalogSettings.Postgres direct = (CatalogSettings.Postgres) place.catalog();
        return place.settings()
                // Probes send messages too, and a cut is meant for the write.
                .engine(EngineSettings.builder()
                        .healthInterval(Duration.ofHours(1))
                        .build())
                .catalog(CatalogSettings.postgres(
                        wire.host(), wire.port(), direct.database(), direct.user(), direct.password()));
    }

    WireProxy wire() {
        return wire;
    }

    DuckLakeClient broken() {
        return broken;
    }

    DuckLakeClient whole() {
        return whole;
    }

    /** Writes a batch through the breakable wire. */
    void write(String batch, int rows) {
        broken.execute("INSERT INTO t SELECT ?, range FROM range(?)", batch, rows);
    }

    /** Writes a batch, and loses the COMMIT of it or the answer to that. */
    void writeAndLoseCommit(String batch, int rows, Moment moment) {
        changeAndLoseCommit("INSERT INTO t SELECT ?, range FROM range(?)", moment, batch, rows);
    }

    /** Changes something, and loses the COMMIT of it or the answer to that. */
    void changeAndLoseCommit(String sql, Moment moment, Object... parameters) {
        AtomicBoolean armed = new AtomicBoolean();
        broken.useTransaction(transaction -> {
            transaction.execute(sql, parameters);
            if (armed.compareAndSet(false, true)) {
                wire.cutAtText("COMMIT", moment);
            }
        });
    }

    @Override
    public void close() {
        wire.thaw();
        wire.accept();
        broken.close(Duration.ofSeconds(2));
        whole.close();
        wire.close();
    }
}
