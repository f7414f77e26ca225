package org.datlake.ducklake.internal.staging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Turns rows that wait to be staged, with the table they go to, into bytes for another process, and back. */
public final class RowsCodec {

    /** Processes of another version leave what they do not know alone. */
    private static final byte VERSION = 1;

    private RowsCodec() {}

    /** Returns the bytes of rows of some tables. */
    public static byte[] encode(List<StagedPart> tables) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(tables.size());
            for (StagedPart table : tables) {
                encode(table.shape(), out);
                table.rows().encode(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns the rows of bytes.
     *
     * @throws IOException if they were written by another version, or are damaged
     */
    public static List<StagedPart> decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw new IOException("rows of another version");
            }
            List<StagedPart> tables = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                TableShape shape = shape(in);
                tables.add(new StagedPart(shape, StagedRows.decode(shape.columns(), in)));
            }
            return tables;
        }
    }

    private static void encode(TableShape shape, DataOutputStream out) throws IOException {
        writeText(out, shape.schema());
        writeText(out, shape.table());
        out.writeInt(shape.columns().size());
        for (TableShape.Column column : shape.columns()) {
            writeText(out, column.name());
            writeText(out, column.type());
        }
    }

    private static TableShape shape(DataInputStream in) throws IOException {
        String schema = readText(in);
        String table = readText(in);
        List<TableShape.Column> columns = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = readText(in);
            String type = readText(in);
            columns.add(new TableShape.Column(name, type, StageType.of(type)));
        }
        return new TableShape(schema, table, columns);
    }

    /** Writes a text of any length. */
    static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #writeText} wrote. */
    static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    /** Writes bytes with their length. */
    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads what {@link #writeBytes} wrote. */
    static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
