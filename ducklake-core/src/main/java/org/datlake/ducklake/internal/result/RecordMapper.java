package org.datlake.ducklake.internal.result;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records: components are matched with columns by name, without regard to case and underscores. Immutable.
 */
public final class RecordMapper {

    private static final ClassValue<RecordMapper> MAPPERS = new ClassValue<>() {
        @Override
        protected RecordMapper computeValue(Class<?> type) {
            return new RecordMapper(type);
        }
    };

    private final Class<?> type;
    private final RecordComponent[] components;
    private final MethodHandle constructor;

    private RecordMapper(Class<?> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.constructor = constructor(type, components);
        for (RecordComponent component : components) {
            if (!Conversions.isSupported(component.getType())) {
                throw new IllegalArgumentException("component '" + component.getName() + "' of " + type.getName()
                        + " has a class that no column can be read as: "
                        + component.getType().getName());
            }
        }
    }

    /**
     * Returns the mapper of a record class.
     *
     * @throws IllegalArgumentException if a component has a class that no column can be read as, or the record's
     *     constructor is out of reach
     */
    public static RecordMapper of(Class<?> type) {
        return MAPPERS.get(type);
    }

    private static MethodHandle constructor(Class<?> type, RecordComponent[] components) {
        Class<?>[] classes =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            // Records are often private to a test or a method; the lookup reaches them where the module allows it.
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findConstructor(type, MethodType.methodType(void.class, classes))
                    .asSpreader(Object[].class, classes.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "the constructor of " + type.getName() + " is out of reach: open its package to this library", e);
        }
    }

    /**
     * Finds the column of each component.
     *
     * @throws ValueMismatch if a component has no column
     */
    public int[] bind(List<ColumnType> columns) {
        int[] indexes = new int[components.length];
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < components.length; i++) {
            indexes[i] = find(columns, components[i].getName());
            if (indexes[i] < 0) {
                missing.add(components[i].getName());
            }
        }
        if (!missing.isEmpty()) {
            throw new ValueMismatch(
                    "42703",
                    "the result has no column for " + String.join(", ", missing) + " of "
                            + type.getSimpleName() + "; its columns are "
                            + String.join(
                                    ", ", columns.stream().map(ColumnType::name).toList()));
        }
        return indexes;
    }

    private static int find(List<ColumnType> columns, String component) {
        for (int i = 0; i < columns.size(); i++) {
            if (folded(columns.get(i).name()).equals(folded(component))) {
                return i;
            }
        }
        return -1;
    }

    private static String folded(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Makes a record of a row. */
    public Object map(BlockRow row, int[] indexes) {
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> wanted = components[i].getType();
            Object value = row.get(indexes[i], wanted);
            if (value == null && wanted.isPrimitive()) {
                throw new ValueMismatch(
                        "22002",
                        "column '" + row.columns().get(indexes[i])
                                + "' is NULL, but component '" + components[i].getName() + "' of "
                                + type.getSimpleName()
                                + " is a primitive; use its wrapper class");
            }
            arguments[i] = value;
        }
        return construct(arguments);
    }

    /** Makes a record of a STRUCT. */
    Object fromStruct(Map<?, ?> struct) {
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < arguments.length; i++) {
            String name = folded(components[i].getName());
            Object value = null;
            for (Map.Entry<?, ?> entry : struct.entrySet()) {
                if (folded(String.valueOf(entry.getKey())).equals(name)) {
                    value = entry.getValue();
                }
            }
            if (value == null && components[i].getType().isPrimitive()) {
                throw new ValueMismatch(
                        "22002",
                        "the struct has no value for component '" + components[i].getName() + "' of "
                                + type.getSimpleName() + ", which is a primitive; use its wrapper class");
            }
            arguments[i] = value == null ? null : Conversions.convert(value, components[i].getType());
        }
        return construct(arguments);
    }

    private Object construct(@Nullable Object[] arguments) {
        try {
            return constructor.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the constructor of " + type.getName() + " failed", e);
        }
    }
}
