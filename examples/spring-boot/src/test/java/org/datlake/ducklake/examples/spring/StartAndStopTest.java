package org.datlake.ducklake.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.examples.spring.Caller.array;
import static org.datlake.ducklake.examples.spring.Caller.measurement;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.datlake.ducklake.ClientClosedException;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartAndStopTest {

    @TempDir
    private Path directory;

    @Test
    void what_was_acknowledged_before_a_stop_is_there_afterwards() {
        ConfigurableApplicationContext application = SpringApplication.run(
                MeasurementsApplication.class, "--server.port=0", "--DB_DUCKLAKE_PATH=" + directory);
        DuckLakeClient client = application.getBean(DuckLakeClient.class);
        Caller caller = new Caller(application.getEnvironment());

        List<CompletableFuture<Integer>> writes = IntStream.range(0, 200)
                .mapToObj(i -> caller.postLater("key " + i, array(measurement("s" + i, 8, 1)))
                        .handle((answer, failure) -> failure == null ? answer.statusCode() : 0))
                .toList();
        CompletableFuture.anyOf(writes.toArray(CompletableFuture[]::new)).join();
        application.close();
        List<String> acknowledged = IntStream.range(0, writes.size())
                .filter(i -> writes.get(i).join() == 200)
                .mapToObj(i -> "s" + i)
                .toList();

        assertThatThrownBy(client::newestSnapshotId).isInstanceOf(ClientClosedException.class);
        assertThat(acknowledged).isNotEmpty();
        try (DuckLakeClient next = DuckLakeClient.connect(DuckLakeSettings.embedded(directory))) {
            assertThat(next.query("SELECT sensor FROM measurements")
                            .as(String.class)
                            .list())
                    .doesNotHaveDuplicates()
                    .containsAll(acknowledged);
        }
    }

    @Test
    void a_name_of_the_lake_that_means_nothing_ends_the_start_with_the_name_that_was_meant(CapturedOutput output) {
        assertThatThrownBy(() -> SpringApplication.run(
                        MeasurementsApplication.class, "--server.port=0", "--DB_POSTGRES_HSOT=db"))
                .hasRootCauseInstanceOf(ConfigurationException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "did you mean DB_POSTGRES_HOST?")
                .doesNotContain("\tat ");
    }
}
