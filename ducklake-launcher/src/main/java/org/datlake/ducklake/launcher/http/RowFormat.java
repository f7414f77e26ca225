package org.datlake.ducklake.launcher.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowBatch;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.RowCursor.Column;
import org.datlake.ducklake.launcher.arrow.ArrowStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Writes rows in one format. Not thread-safe. */
abstract class RowFormat {

    /** Whoever holds the stream decides when it is flushed and closed. */
    private static final JsonMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().rootValueSeparator("\n").build())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /**
     * Makes the writer of a format.
     *
     * @throws IllegalArgumentException for a format that is not streamed
     */
    static RowFormat of(AnswerFormat format, OutputStream out) {
        return switch (format) {
            case JSON -> new Json(JSON.createGenerator(out));
            case NDJSON -> new Ndjson(JSON.createGenerator(out));
            case CSV -> new Csv(out);
            case ARROW -> new Arrow(out);
            case PARQUET -> throw new IllegalArgumentException(format + " is not streamed");
        };
    }

    /** Writes what stands before the rows. */
    abstract void begin(RowCursor result) throws IOException;

    /**
     * Writes all rows.
     *
     * @param counter is told how many there are up to those that are written next
     * @return how many there were
     */
    abstract long rows(RowCursor result, LongConsumer counter) throws IOException;

    /** Writes what stands behind the rows. */
    abstract void end(long rows) throws IOException;

    /** Returns a value as a text; what is nested as JSON. */
    private static @Nullable String text(@Nullable Object value) {
        if (value instanceof List<?> || value instanceof Map<?, ?> || value instanceof byte[]) {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = JSON.createGenerator(text)) {
                JsonValues.write(json, value);
            }
            String written = text.toString();
            return value instanceof byte[] ? written.substring(1, written.length() - 1) : written;
        }
        return value == null ? null : JsonValues.text(value);
    }

    /** Those that write row by row. */
    private abstract static class ByRow extends RowFormat {

        @Override
        final long rows(RowCursor result, LongConsumer counter) throws IOException {
            int columns = result.columns().size();
            long count = 0;
            while (result.next()) {
                counter.accept(++count);
                row(result.row(), columns);
            }
            return count;
        }

        /** Writes a row. */
        abstract void row(Row row, int columns) throws IOException;
    }

    private static final class Json extends ByRow {

        private final JsonGenerator json;

        Json(JsonGenerator json) {
            this.json = json;
        }

        @Override
        void begin(RowCursor result) {
            json.writeStartObject();
            json.writeNumberProperty("snapshotId", result.snapshotId());
            json.writeArrayPropertyStart("columns");
            for (Column column : result.columns()) {
                json.writeStartObject();
                json.writeStringProperty("name", column.name());
                json.writeStringProperty("type", column.type());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("rows");
        }

        @Override
        void row(Row row, int columns) {
            json.writeStartArray();
            for (int i = 0; i < columns; i++) {
                JsonValues.write(json, row.get(i, Object.class));
            }
            json.writeEndArray();
        }

        @Override
        void end(long rows) {
            json.writeEndArray();
            json.writeNumberProperty("rowCount", rows);
            json.writeEndObject();
            json.flush();
        }
    }

    private static final class Ndjson extends ByRow {

        private final JsonGenerator json;

        Ndjson(JsonGenerator json) {
            this.json = json;
        }

        @Override
        void begin(RowCursor result) {
            // Nothing stands before the rows.
        }

        @Override
        void row(Row row, int columns) {
            json.writeStartObject();
            for (int i = 0; i < columns; i++) {
                json.writeName(row.columns().get(i));
                JsonValues.write(json, row.get(i, Object.class));
            }
            json.writeEndObject();
        }

        /** Between the rows the generator puts the ends of their lines itself. */
        @Override
        void end(long rows) {
            if (rows > 0) {
                json.writeRaw('\n');
            }
            json.flush();
        }
    }

    /** NULL is empty, and an empty text is quoted, so that they can be told apart. */
    private static final class Csv extends ByRow {

        private final OutputStream out;
        private final StringBuilder line = new StringBuilder();

        Csv(OutputStream out) {
            this.out = out;
        }

        @Override
        void begin(RowCursor result) throws IOException {
            List<Column> columns = result.columns();
            for (int i = 0; i < columns.size(); i++) {
                append(i, columns.get(i).name());
            }
            endLine();
        }

        @Override
        void row(Row row, int columns) throws IOException {
            for (int i = 0; i < columns; i++) {
                append(i, text(row.get(i, Object.class)));
            }
            endLine();
        }

        private void append(int index, @Nullable String value) {
            if (index > 0) {
                line.append(',');
            }
            if (value != null) {
                boolean quoted =
                        value.isEmpty() || value.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
                line.append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value);
            }
        }

        private void endLine() throws IOException {
            line.append("\r\n");
            out.write(line.toString().getBytes(StandardCharsets.UTF_8));
            line.setLength(0);
        }

        @Override
        void end(long rows) {
            // Nothing stands behind the rows.
        }
    }

    private static final class Arrow extends RowFormat {

        private final OutputStream out;
        private @Nullable ArrowStream stream;

        Arrow(OutputStream out) {
            this.out = out;
        }

        @Override
        void begin(RowCursor result) throws IOException {
            ArrowStream begun = new ArrowStream(out, result.columns(), value -> String.valueOf(text(value)));
            begun.begin();
            stream = begun;
        }

        private ArrowStream stream() {
            return Objects.requireNonNull(stream, "begin() comes first");
        }

        @Override
        long rows(RowCursor result, LongConsumer counter) throws IOException {
            long count = 0;
            for (RowBatch rows = result.nextBatch(); rows != null; rows = result.nextBatch()) {
                count += rows.size();
                counter.accept(count);
                stream().add(rows);
            }
            return count;
        }

        @Override
        void end(long rows) throws IOException {
            stream().end();
        }
    }
}
