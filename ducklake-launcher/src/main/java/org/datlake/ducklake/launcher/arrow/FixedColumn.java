package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.function.ToIntFunction;

/** Values of a fixed number of bytes. */
final class FixedColumn extends ArrowColumn {

    private final Bytes values = new Bytes();
    private final Kind kind;
    private final Encoder encoder;

    /** How a value becomes bytes. */
    @FunctionalInterface
    interface Encoder {
        /** Adds a value. */
        void add(Bytes values, Object value);
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
        super(name);
        this.kind = kind;
        this.encoder = encoder;
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
