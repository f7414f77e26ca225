package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.LakeKind;

class ManyClientsIT {

    private static final int CLIENTS = 16;

    @DuckLakeTest(LakeKind.POSTGRES_AND_S3)
    void sixteen_clients_at_once_on_an_empty_catalog_all_attach_and_one_creates_the_lake(DisposableLake place)
            throws Exception {
        List<DuckLakeEvent.Attached> attached = Collections.synchronizedList(new ArrayList<>());
        CyclicBarrier start = new CyclicBarrier(CLIENTS);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<DuckLakeClient>> starting = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            starting.add(threads.submit(() -> {
                start.await();
                return DuckLakeClient.connect(place.settings()
                        .engine(EngineSettings.builder()
                                .threads(1)
                                .memoryLimitBytes(256L << 20)
                                .build())
                        .listener(event -> {
                            if (event instanceof DuckLakeEvent.Attached done) {
                                attached.add(done);
                            }
                        })
                        .build());
            }));
        }
        List<DuckLakeClient> clients = new ArrayList<>();
        for (Future<DuckLakeClient> future : starting) {
            clients.add(future.get());
        }
        threads.shutdown();

        assertThat(attached).hasSize(CLIENTS);
        assertThat(attached).filteredOn(DuckLakeEvent.Attached::created).hasSize(1);
        clients.get(0).execute("CREATE TABLE shared AS SELECT 42 AS n");
        for (DuckLakeClient client : clients) {
            assertThat(client.query("SELECT n FROM shared").as(Integer.class).one())
                    .isEqualTo(42);
            client.close();
        }
    }
}
