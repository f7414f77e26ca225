package org.datlake.ducklake.internal.staging;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/** Turns records into rows: each column takes the component of its name. Thread-safe. */
public final class RecordRows {

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Record.class);
    private static final MethodType PACKER = MethodType.methodType(long.class, Record.class);
    private static final MethodHandle BITS_OF_DOUBLE = bitsOfDouble();

    private final MethodHandle[] accessors;

    /** For columns that take the component's primitive type as it is: how to read it packed. Else null. */
    private final @Nullable MethodHandle[] packers;

    private RecordRows(List<MethodHandle> accessors, List<@Nullable MethodHandle> packers) {
        this.accessors = accessors.toArray(MethodHandle[]::new);
        this.packers = packers.toArray(MethodHandle[]::new);
    }

    /**
     * Finds the component for each column of a table.
     *
     * @throws org.datlake.ducklake.QueryException if there is none for one of them
     */
    public static RecordRows of(Class<?> type, TableShape shape) {
        List<MethodHandle> accessors = new ArrayList<>();
        List<@Nullable MethodHandle> packers = new ArrayList<>();
        for (TableShape.Column column : shape.columns()) {
            MethodHandle accessor = accessor(type, column.name());
            accessors.add(accessor.asType(ACCESSOR));
            packers.add(packer(column.stage(), accessor));
        }
        return new RecordRows(accessors, packers);
    }

    /** Returns what reads a primitive component as a packed long; null if its values have to be looked at one by one. */
    private static @Nullable MethodHandle packer(StageType stage, MethodHandle accessor) {
        Class<?> type = accessor.type().returnType();
        boolean fits = type == int.class || type == short.class || type == byte.class;
        return switch (stage) {
            case INTEGER -> fits ? accessor.asType(PACKER) : null;
            case BIGINT -> fits || type == long.class ? accessor.asType(PACKER) : null;
            case DOUBLE ->
                type == double.class || type == float.class
                        ? MethodHandles.filterReturnValue(
                                accessor.asType(MethodType.methodType(double.class, Record.class)), BITS_OF_DOUBLE)
                        : null;
            default -> null;
        };
    }

    private static MethodHandle bitsOfDouble() {
        try {
            return MethodHandles.lookup()
                    .findStatic(Double.class, "doubleToRawLongBits", MethodType.methodType(long.class, double.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle accessor(Class<?> type, String column) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (plain(component.getName()).equals(plain(column))) {
                try {
                    component.getAccessor().setAccessible(true);
                    return MethodHandles.lookup().unreflect(component.getAccessor());
                } catch (IllegalAccessException | RuntimeException e) {
                    throw EngineFault.wrongUse(
                                    "22023", type.getName() + " cannot be read: open its package to this library")
                            .toException(null);
                }
            }
        }
        throw EngineFault.wrongUse(
                        "22023",
                        type.getName() + " has no component for the column \"" + column
                                + "\"; choose the columns with RowWriterOptions.withColumns")
                .toException(null);
    }

    /** Returns a name as it is compared: {@code snake_case} and {@code camelCase} are the same. */
    public static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Checks records and adds them: column after column, which takes a third of the time of row after row. */
    public void addAll(Collection<? extends Record> records, TableShape shape, StagedRows rows) {
        for (int column = 0; column < accessors.length; column++) {
            MethodHandle packer = packers[column];
            if (packer != null) {
                rows.addPacked(column, packer, records);
            } else {
                int number = 1;
                for (Record each : records) {
                    shape.add(value(accessors[column], each), column, rows, number++);
                }
            }
        }
        rows.endRows(records.size());
    }

    /** Returns the values of a record, in the order of the columns. */
    public @Nullable Object[] row(Record values) {
        @Nullable Object[] row = new @Nullable Object[accessors.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = value(accessors[i], values);
        }
        return row;
    }

    private static @Nullable Object value(MethodHandle accessor, Record values) {
        try {
            return (Object) accessor.invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
