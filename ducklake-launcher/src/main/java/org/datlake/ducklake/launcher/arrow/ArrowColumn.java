package org.datlake.ducklake.launcher.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.Field;
import org.datlake.ducklake.RowBatch;
import org.jspecify.annotations.Nullable;

/** The values of one column, or of a part of one, until they are sent. Not thread-safe. */
abstract class ArrowColumn {

    private final String name;
    private boolean nullable = true;
    private final Bytes validity = new Bytes();
    private int length;
    private int nulls;

    ArrowColumn(String name) {
        this.name = name;
    }

    /** Says in the schema that there are no NULLs. */
    final ArrowColumn notNull() {
        nullable = false;
        return this;
    }

    /** Adds a value. */
    final void add(@Nullable Object value) {
        validity.setBit(length, value != null);
        length++;
        if (value == null) {
            nulls++;
            addNull();
        } else {
            addValue(value);
        }
    }

    /** Adds the values of a column of a batch, from a row up to another one. */
    final void add(RowBatch batch, int column, int from, int to) {
        int end = length + to - from;
        if (batch.hasNulls(column)) {
            for (int row = from; row < to; row++) {
                boolean there = !batch.isNull(column, row);
                validity.setBit(length + row - from, there);
                nulls += there ? 0 : 1;
            }
        } else {
            validity.setBits(length, end);
        }
        length = end;
        addValues(batch, column, from, to);
    }

    /** Adds values, as {@link #addValue} and {@link #addNull} do. */
    void addValues(RowBatch batch, int column, int from, int to) {
        for (int row = from; row < to; row++) {
            Object value = batch.get(column, row);
            if (value == null) {
                addNull();
            } else {
                addValue(value);
            }
        }
    }

    /** Returns how many bytes the values of a column of a batch will take; very many where that is not known. */
    long size(RowBatch batch, int column) {
        return Integer.MAX_VALUE;
    }

    /** Fills the place of a value that is not there. */
    abstract void addNull();

    /**
     * Adds what is there.
     *
     * @throws ArithmeticException if Arrow's type has no such value
     */
    abstract void addValue(Object value);

    /** Returns the buffers behind the validity. */
    abstract List<Bytes> buffers();

    List<ArrowColumn> children() {
        return List.of();
    }

    String name() {
        return name;
    }

    int length() {
        return length;
    }

    int nulls() {
        return nulls;
    }

    /** Visits the buffers of this and its parts, in the order in which they are sent. */
    final void forEachBuffer(Consumer<Bytes> visitor) {
        visitor.accept(validity);
        buffers().forEach(visitor);
        children().forEach(child -> child.forEachBuffer(visitor));
    }

    /** Visits this and its parts, each before its own. */
    final void forEachNode(Consumer<ArrowColumn> visitor) {
        visitor.accept(this);
        children().forEach(child -> child.forEachNode(visitor));
    }

    final void clear() {
        forEachNode(node -> {
            node.length = 0;
            node.nulls = 0;
        });
        forEachBuffer(Bytes::clear);
        forEachNode(ArrowColumn::begin);
    }

    /** Puts into empty buffers what stands before the first value. */
    void begin() {
        // Nothing, where there are no offsets.
    }

    /** Describes this for the schema; returns where. */
    final int field(FlatBufferBuilder schema) {
        List<Integer> parts = new ArrayList<>();
        for (ArrowColumn child : children()) {
            parts.add(child.field(schema));
        }
        int children = Field.createChildrenVector(
                schema, parts.stream().mapToInt(Integer::intValue).toArray());
        int text = schema.createString(name);
        int type = type(schema);
        Field.startField(schema);
        Field.addName(schema, text);
        Field.addNullable(schema, nullable);
        Field.addTypeType(schema, typeKind());
        Field.addType(schema, type);
        Field.addChildren(schema, children);
        return Field.endField(schema);
    }

    /** Returns one of {@link org.apache.arrow.flatbuf.Type}. */
    abstract byte typeKind();

    /** Describes the type; returns where. */
    abstract int type(FlatBufferBuilder schema);
}
