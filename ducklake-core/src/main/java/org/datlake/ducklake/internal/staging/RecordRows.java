package org.datlake.ducklake.internal.staging;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/** Turns records into rows: each column takes the component of its name. Thread-safe. */
public final class RecordRows {

    private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Record.class);

    private final MethodHandle[] accessors;

    private RecordRows(List<MethodHandle> accessors) {
        this.accessors = accessors.toArray(MethodHandle[]::new);
    }

    /**
     * Finds the component for each column of a table.
     *
     * @throws org.datlake.ducklake.QueryException if there is none for one of them
     */
    public static RecordRows of(Class<?> type, TableShape shape) {
        List<MethodHandle> accessors = new ArrayList<>();
        for (TableShape.Column column : shape.columns()) {
            accessors.add(accessor(type, column.name()));
        }
        return new RecordRows(accessors);
    }

    private static MethodHandle accessor(Class<?> type, String column) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (plain(component.getName()).equals(plain(column))) {
                try {
                    component.getAccessor().setAccessible(true);
                    return MethodHandles.lookup()
                            .unreflect(component.getAccessor())
                            .asType(ACCESSOR);
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

    /** Returns the values of a record, in the order of the columns. */
    public @Nullable Object[] row(Record values) {
        @Nullable Object[] row = new @Nullable Object[accessors.length];
        for (int i = 0; i < row.length; i++) {
            try {
                row[i] = (Object) accessors[i].invokeExact(values);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
        return row;
    }
}
