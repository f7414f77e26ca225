package org.datlake.ducklake.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedExamplesTest {

    @TempDir
    private Path directory;

    @Test
    void the_quick_start_runs() {
        String output = Output.of(() -> EmbeddedQuickstart.main(new String[] {directory.toString()}));

        assertThat(output).contains("warm: 1", "snapshots: 3", "rows at snapshot 1: 0");
    }

    @Test
    void jdbi_works_on_the_data_source() {
        String output = Output.of(() -> DataSourceWithJdbi.main(new String[] {directory.toString()}));

        assertThat(output.lines()).containsExactly("1975 The Mythical Man-Month", "1992 Transaction Processing");
    }
}
