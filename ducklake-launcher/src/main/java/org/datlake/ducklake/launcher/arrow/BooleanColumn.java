package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Type;
import org.datlake.ducklake.RowBatch;

/** Truth values, a bit for each. */
final class BooleanColumn extends ArrowColumn {

    private final Bytes values = new Bytes();
    private int count;

    BooleanColumn(String name) {
        super(name);
    }

    @Override
    void addNull() {
        values.setBit(count++, false);
    }

    @Override
    void addValue(Object value) {
        values.setBit(count++, (Boolean) value);
    }

    @Override
    void begin() {
        count = 0;
    }

    @Override
    long size(RowBatch batch, int column) {
        return batch.size() / Byte.SIZE + 1L;
    }

    @Override
    List<Bytes> buffers() {
        return List.of(values);
    }

    @Override
    byte typeKind() {
        return Type.Bool;
    }

    @Override
    int type(FlatBufferBuilder schema) {
        Bool.startBool(schema);
        return Bool.endBool(schema);
    }
}
