package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Type;

/** Structs, and the entries of maps. */
final class StructColumn extends ArrowColumn {

    private final List<ArrowColumn> members;

    StructColumn(String name, List<ArrowColumn> members) {
        super(name);
        this.members = members;
    }

    @Override
    void addNull() {
        members.forEach(member -> member.add(null));
    }

    @Override
    void addValue(Object value) {
        if (value instanceof Map.Entry<?, ?> entry) {
            members.get(0).add(entry.getKey());
            members.get(1).add(entry.getValue());
        } else {
            Map<?, ?> values = (Map<?, ?>) value;
            members.forEach(member -> member.add(values.get(member.name())));
        }
    }

    @Override
    List<Bytes> buffers() {
        return List.of();
    }

    @Override
    List<ArrowColumn> children() {
        return members;
    }

    @Override
    byte typeKind() {
        return Type.Struct_;
    }

    @Override
    int type(FlatBufferBuilder schema) {
        Struct_.startStruct_(schema);
        return Struct_.endStruct_(schema);
    }
}
