package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkLoadArrowTest {

    @TempDir
    private Path directory;

    /** Arrow needs a JVM that is opened for it. */
    @Test
    void arrow_streams_are_loaded_and_their_bad_rows_named() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();

        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    @Test
    void something_else_than_a_stream_is_refused() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            assertThatThrownBy(() -> lake.load("t").fromArrowStream("x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ArrowArrayStream");
        }
    }

    /** Runs in a JVM of its own. */
    static final class Child {

        public static void main(String[] arguments) throws IOException {
            try (BufferAllocator memory = new RootAllocator();
                    DuckLakeClient lake = TestLake.open(Path.of(arguments[0]))) {
                assertThat(load(memory, lake, "n3", 100_000).rows()).hasValue(100_000);
                assertThatThrownBy(() -> load(memory, lake, "{SNAPSHOT_ID}", 10))
                        .isInstanceOf(LoadException.class)
                        .hasMessageContaining("row 4, column \"name\"");
                assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                        .isEqualTo(100_000);
            }
        }

        private static LoadResult load(BufferAllocator memory, DuckLakeClient lake, String third, int rows)
                throws IOException {
            ByteArrayInputStream bytes = new ByteArrayInputStream(written(memory, third, rows));
            try (ArrowStreamReader reader = new ArrowStreamReader(bytes, memory);
                    ArrowArrayStream stream = ArrowArrayStream.allocateNew(memory)) {
                Data.exportArrayStream(memory, reader, stream);
                return lake.load("t").createTable().fromArrowStream(stream);
            }
        }

        private static byte[] written(BufferAllocator memory, String third, int rows) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (BigIntVector id = new BigIntVector("id", memory);
                    VarCharVector name = new VarCharVector("name", memory);
                    VectorSchemaRoot root = new VectorSchemaRoot(List.of(id, name));
                    ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
                root.allocateNew();
                for (int i = 0; i < rows; i++) {
                    id.setSafe(i, i);
                    name.setSafe(i, (i == 3 ? third : "n" + i).getBytes(StandardCharsets.UTF_8));
                }
                root.setRowCount(rows);
                writer.start();
                writer.writeBatch();
                writer.end();
            }
            return out.toByteArray();
        }
    }
}
