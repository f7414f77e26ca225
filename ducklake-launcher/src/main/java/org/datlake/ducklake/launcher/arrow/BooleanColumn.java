package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Type;

/** Truth values, a bit for each. */
final class BooleanColumn extends ArrowColumn {

    private final Bytes values = new Bytes();

    BooleanColumn(String name) {
        super(name);
    }

    @Override
    void addNull() {
        values.setBit(length() - 1, false);
    }

    @Override
    void addValue(Object value) {
        values.setBit(length() - 1, (Boolean) value);
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
