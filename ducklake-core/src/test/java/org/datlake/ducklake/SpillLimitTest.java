package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillLimitTest {

    /** 80 MB to sort: more than the memory, less than the memory and a large spill. */
    private static final String QUERY = "SELECT sum(n), max(r) FROM (SELECT row_number() OVER (ORDER BY h) AS n, r"
            + " FROM (SELECT hash(range) AS h, range AS r FROM range(5000000)))";

    @TempDir
    Path directory;

    private DuckLakeClient open(long spillLimit) {
        EngineSettings engine = EngineSettings.builder()
                .memoryLimitBytes(64L << 20)
                .maxTempDirectoryBytes(spillLimit)
                .threads(1)
                .build();
        return TestLake.open(directory, settings -> settings.engine(engine));
    }

    @Test
    void queries_spilled_beyond_the_limit_until_the_disk_was_full() {
        try (DuckLakeClient lake = open(8L << 20)) {
            DuckLakeException error =
                    catchThrowableOfType(DuckLakeException.class, () -> lake.execute("CREATE TABLE t AS " + QUERY));

            assertThat(error).hasMessageContaining("failed to offload");
            assertThat(error.sqlState()).isEqualTo("53100");
            assertThat(lake.query("SELECT 1").as(Integer.class).one()).isEqualTo(1);
        }
    }

    @Test
    void a_query_that_stays_below_the_limit_spills_and_succeeds() {
        try (DuckLakeClient lake = open(1L << 30)) {
            lake.execute("CREATE TABLE t AS " + QUERY);

            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isEqualTo(1);
        }
    }
}
