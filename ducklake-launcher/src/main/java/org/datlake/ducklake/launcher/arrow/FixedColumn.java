package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.function.ToIntFunction;
import org.datlake.ducklake.RowBatch;
import org.jspecify.annotations.Nullable;

/** Values of a fixed number of bytes. */
final class FixedColumn extends ArrowColumn {

    private final Bytes values = new Bytes();
    private final Kind kind;
    private final Encoder encoder;
    private final @Nullable BatchEncoder batchEncoder;

    /** How a value becomes bytes. */
    @FunctionalInterface
    interface Encoder {
        /** Adds a value. */
        void add(Bytes values, Object value);
    }

    /** How values become bytes without becoming objects first. */
    @FunctionalInterface
    interface BatchEncoder {
        /** Adds the values of a column of a batch, from a row up to another one; anything for NULL. */
        void add(Bytes values, RowBatch batch, int column, int from, int to);
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
        this(name, kind, encoder, null);
    }

    FixedColumn(String name, Kind kind, Encoder encoder, @Nullable BatchEncoder batchEncoder) {
        super(name);
        this.kind = kind;
        this.encoder = encoder;
        this.batchEncoder = batchEncoder;
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
    void addValues(RowBatch batch, int column, int from, int to) {
        if (batchEncoder == null) {
            super.addValues(batch, column, from, to);
        } else {
            batchEncoder.add(values, batch, column, from, to);
        }
    }

    @Override
    long size(RowBatch batch, int column) {
        return (long) kind.width() * batch.size();
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
