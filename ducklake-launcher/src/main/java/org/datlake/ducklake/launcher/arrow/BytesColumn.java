package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;
import org.datlake.ducklake.RowBatch;

/** Texts and blobs. */
final class BytesColumn extends ArrowColumn {

    private final Bytes offsets = new Bytes();
    private final Bytes values = new Bytes();
    private final byte kind;
    private final BiConsumer<Bytes, Object> encoder;

    private BytesColumn(String name, byte kind, BiConsumer<Bytes, Object> encoder) {
        super(name);
        this.kind = kind;
        this.encoder = encoder;
        offsets.addInt(0);
    }

    static BytesColumn blobs(String name) {
        return new BytesColumn(name, Type.Binary, (to, value) -> to.add((byte[]) value));
    }

    /** Makes a column of texts, as which any value can be written. */
    static BytesColumn texts(String name, Function<Object, String> text) {
        return new BytesColumn(
                name, Type.Utf8, (to, value) -> to.addText(value instanceof String plain ? plain : text.apply(value)));
    }

    @Override
    void addNull() {
        offsets.addInt(values.size());
    }

    @Override
    void addValue(Object value) {
        encoder.accept(values, value);
        offsets.addInt(values.size());
    }

    @Override
    void addValues(RowBatch batch, int column, int from, int to) {
        if (kind != Type.Utf8 || !batch.isUtf8(column)) {
            super.addValues(batch, column, from, to);
            return;
        }
        ByteBuffer texts = values.room(Math.toIntExact(batch.utf8Length(column, from, to)));
        IntBuffer ends = offsets.room((to - from) * Integer.BYTES).asIntBuffer();
        batch.getUtf8(column, from, to, texts, ends);
    }

    @Override
    long size(RowBatch batch, int column) {
        return batch.isUtf8(column)
                ? batch.utf8Length(column, 0, batch.size()) + (long) Integer.BYTES * batch.size()
                : super.size(batch, column);
    }

    @Override
    void begin() {
        offsets.addInt(0);
    }

    @Override
    List<Bytes> buffers() {
        return List.of(offsets, values);
    }

    @Override
    byte typeKind() {
        return kind;
    }

    @Override
    int type(FlatBufferBuilder schema) {
        if (kind == Type.Binary) {
            Binary.startBinary(schema);
            return Binary.endBinary(schema);
        }
        Utf8.startUtf8(schema);
        return Utf8.endUtf8(schema);
    }
}
