package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.RowBatch;
import org.datlake.ducklake.RowCursor.Column;

/**
 * Writes rows in the <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">Arrow IPC streaming
 * format</a>, some at a time. What Arrow has no type for is a text. Not thread-safe.
 */
public final class ArrowStream {

    private static final int MOST_ROWS = 1 << 16;
    private static final int MOST_BYTES = 1 << 20;
    /** Columns are written so many rows at a time. */
    private static final int ROWS_BETWEEN_LOOKS = 2048;
    /** Where they may be large, so many. */
    private static final int LARGE_ROWS_BETWEEN_LOOKS = 64;

    private static final int CONTINUATION = -1;
    private static final int PREFIX = 2 * Integer.BYTES;

    private final OutputStream out;
    private final List<ArrowColumn> columns = new ArrayList<>();
    private final List<ArrowColumn> nodes = new ArrayList<>();
    private final List<Bytes> buffers = new ArrayList<>();
    private int rows;

    /**
     * Makes a stream that nothing has been written to yet.
     *
     * @param text says how values of types that Arrow does not have are written
     */
    public ArrowStream(OutputStream out, List<Column> types, Function<Object, String> text) {
        this.out = out;
        for (Column column : types) {
            columns.add(ArrowTypes.column(column.name(), SqlType.parse(column.type()), text));
        }
        columns.forEach(column -> column.forEachNode(nodes::add));
        columns.forEach(column -> column.forEachBuffer(buffers::add));
    }

    /** Writes the schema. */
    public void begin() throws IOException {
        FlatBufferBuilder schema = new FlatBufferBuilder();
        int[] fields = columns.stream().mapToInt(column -> column.field(schema)).toArray();
        int vector = Schema.createFieldsVector(schema, fields);
        Schema.startSchema(schema);
        Schema.addFields(schema, vector);
        writeMessage(schema, MessageHeader.Schema, Schema.endSchema(schema), 0);
    }

    /**
     * Adds rows.
     *
     * @throws QueryException with SQLSTATE 22003 if a value is out of the range of Arrow's type
     */
    public void add(RowBatch batch) throws IOException {
        int step = size(batch) <= MOST_BYTES ? ROWS_BETWEEN_LOOKS : LARGE_ROWS_BETWEEN_LOOKS;
        for (int from = 0; from < batch.size(); from += step) {
            int to = Math.min(batch.size(), from + step);
            for (int i = 0; i < columns.size(); i++) {
                add(i, batch, from, to);
            }
            rows += to - from;
            if (rows >= MOST_ROWS || size() >= MOST_BYTES) {
                flush();
            }
        }
    }

    private long size(RowBatch batch) {
        long size = 0;
        for (int i = 0; i < columns.size(); i++) {
            size += columns.get(i).size(batch, i);
        }
        return size;
    }

    private void add(int column, RowBatch batch, int from, int to) {
        try {
            columns.get(column).add(batch, column, from, to);
        } catch (ArithmeticException e) {
            throw new QueryException(
                    "column '" + columns.get(column).name()
                            + "': a value is out of the range of Arrow's type; cast it to " + "another type",
                    "Out of Range",
                    "22003",
                    false,
                    e);
        }
    }

    /** Writes what is left, and the end. */
    public void end() throws IOException {
        if (rows > 0) {
            flush();
        }
        out.write(prefix(0));
    }

    private long size() {
        long size = 0;
        for (Bytes buffer : buffers) {
            size += buffer.paddedSize();
        }
        return size;
    }

    private void flush() throws IOException {
        FlatBufferBuilder batch = new FlatBufferBuilder();
        // Vectors of structs are filled from their end.
        RecordBatch.startNodesVector(batch, nodes.size());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            FieldNode.createFieldNode(batch, nodes.get(i).length(), nodes.get(i).nulls());
        }
        int nodeVector = batch.endVector();
        long size = size();
        long offset = size;
        RecordBatch.startBuffersVector(batch, buffers.size());
        for (int i = buffers.size() - 1; i >= 0; i--) {
            offset -= buffers.get(i).paddedSize();
            Buffer.createBuffer(batch, offset, buffers.get(i).size());
        }
        int bufferVector = batch.endVector();
        RecordBatch.startRecordBatch(batch);
        RecordBatch.addLength(batch, rows);
        RecordBatch.addNodes(batch, nodeVector);
        RecordBatch.addBuffers(batch, bufferVector);
        writeMessage(batch, MessageHeader.RecordBatch, RecordBatch.endRecordBatch(batch), size);
        for (Bytes buffer : buffers) {
            buffer.writeTo(out);
        }
        columns.forEach(ArrowColumn::clear);
        rows = 0;
    }

    private void writeMessage(FlatBufferBuilder builder, byte kind, int header, long bodyLength) throws IOException {
        Message.startMessage(builder);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addHeaderType(builder, kind);
        Message.addHeader(builder, header);
        Message.addBodyLength(builder, bodyLength);
        builder.finish(Message.endMessage(builder));
        byte[] metadata = builder.sizedByteArray();
        int padded = Bytes.padded(metadata.length);
        out.write(prefix(padded));
        out.write(metadata);
        out.write(new byte[padded - metadata.length]);
    }

    private static byte[] prefix(int length) {
        return ByteBuffer.allocate(PREFIX)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CONTINUATION)
                .putInt(length)
                .array();
    }
}
