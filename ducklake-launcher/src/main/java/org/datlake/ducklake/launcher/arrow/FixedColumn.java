package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.function.ToIntFunction;
import org.datlake.ducklake.RowBatch;

/** Values of a fixed number of bytes. */
final class FixedColumn extends ArrowColumn {

    private final Bytes values = new Bytes();
    private final Kind kind;
    private final Encoder encoder;
    private final RowEncoder rowEncoder;

    /** How a value becomes bytes. */
    @FunctionalInterface
    interface Encoder {
        /** Adds a value. */
        void add(Bytes values, Object value);
    }

    /** How a value becomes bytes without becoming an object first. */
    @FunctionalInterface
    interface RowEncoder {
        /** Adds the value of a row. */
        void add(Bytes values, RowBatch batch, int column, int row);
    }

    /**
     * What the type is.
     *
     * @param kind one of {@link org.apache.arrow.flatbuf.Type}
     * @param width in bytes
     * @param description writes it
     */
    record Kind(byte kind, int width, ToIntFunction<FlatBufferBuilder> description) {}

    FixedColumn(String name, Kind kind, Encoder encoder) {
        this(name, kind, encoder, (values, batch, column, row) -> {
            Object value = batch.get(column, row);
            if (value != null) {
                encoder.add(values, value);
            }
        });
    }

    FixedColumn(String name, Kind kind, Encoder encoder, RowEncoder rowEncoder) {
        super(name);
        this.kind = kind;
        this.encoder = encoder;
        this.rowEncoder = rowEncoder;
    }

    @Override
    void addNull() {
        for (int i = 0; i < kind.width(); i++) {
            values.addByte(0);
        }
    }

    @Override
    void addValue(Object value) {
        encoder.add(values, value);
    }

    @Override
    void addValue(RowBatch batch, int column, int row) {
        rowEncoder.add(values, batch, column, row);
    }

    @Override
    List<Bytes> buffers() {
        return List.of(values);
    }

    @Override
    byte typeKind() {
        return kind.kind();
    }

    @Override
    int type(FlatBufferBuilder schema) {
        return kind.description().applyAsInt(schema);
    }
}
