package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Type;

/** Lists, and maps, which are lists of their entries. */
final class ListColumn extends ArrowColumn {

    private final Bytes offsets = new Bytes();
    private final ArrowColumn element;
    private final boolean map;

    private ListColumn(String name, ArrowColumn element, boolean map) {
        super(name);
        this.element = element;
        this.map = map;
        offsets.addInt(0);
    }

    static ListColumn lists(String name, ArrowColumn element) {
        return new ListColumn(name, element, false);
    }

    /**
     * Makes a column of maps.
     *
     * @param entries with key and value
     */
    static ListColumn maps(String name, ArrowColumn entries) {
        return new ListColumn(name, entries, true);
    }

    @Override
    void addNull() {
        offsets.addInt(element.length());
    }

    @Override
    void addValue(Object value) {
        if (map) {
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                element.add(entry);
            }
        } else {
            for (Object part : (List<?>) value) {
                element.add(part);
            }
        }
        offsets.addInt(element.length());
    }

    @Override
    void begin() {
        offsets.addInt(0);
    }

    @Override
    List<Bytes> buffers() {
        return List.of(offsets);
    }

    @Override
    List<ArrowColumn> children() {
        return List.of(element);
    }

    @Override
    byte typeKind() {
        return map ? Type.Map : Type.List;
    }

    @Override
    int type(FlatBufferBuilder schema) {
        if (map) {
            return org.apache.arrow.flatbuf.Map.createMap(schema, false);
        }
        org.apache.arrow.flatbuf.List.startList(schema);
        return org.apache.arrow.flatbuf.List.endList(schema);
    }
}
