package org.datlake.ducklake.internal.staging;

import java.lang.invoke.CallSite;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.jspecify.annotations.Nullable;

/**
 * How the components of a record class are read. Kept for each class, for as long as the class: the readers are classes
 * of their own, which the JVM compiles like lambdas, while a method handle that is not a constant takes three times as
 * long. Thread-safe.
 */
final class RecordComponents {

    private static final ClassValue<RecordComponents> KNOWN = new ClassValue<>() {
        @Override
        protected RecordComponents computeValue(Class<?> type) {
            return new RecordComponents(type);
        }
    };

    private final Map<String, Component> byName = new HashMap<>();

    private RecordComponents(Class<?> type) {
        try {
            for (RecordComponent component : type.getRecordComponents()) {
                byName.put(plain(component.getName()), Component.of(type, component));
            }
        } catch (IllegalAccessException | RuntimeException e) {
            throw EngineFault.wrongUse("22023", type.getName() + " cannot be read: open its package to this library")
                    .toException(null);
        }
    }

    /**
     * Returns those of a record class.
     *
     * @throws org.datlake.ducklake.QueryException if the class is not open to this library
     */
    static RecordComponents of(Class<?> type) {
        return KNOWN.get(type);
    }

    /** Returns the component whose name is that of a column, or null. */
    @Nullable Component find(String column) {
        return byName.get(plain(column));
    }

    /** Returns a name as it is compared: {@code snake_case} and {@code camelCase} are the same. */
    static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /**
     * A component.
     *
     * @param object reads it; a primitive one is boxed
     * @param whole reads it where its type is an integral primitive one, else null
     * @param floating reads it where its type is double or float, else null
     */
    record Component(
            Class<?> type,
            Function<Record, @Nullable Object> object,
            @Nullable ToLongFunction<Record> whole,
            @Nullable ToDoubleFunction<Record> floating) {

        private static Component of(Class<?> owner, RecordComponent component) throws IllegalAccessException {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            MethodHandle handle = MethodHandles.lookup().unreflect(accessor);
            Class<?> type = component.getType();
            boolean whole = type == long.class || type == int.class || type == short.class || type == byte.class;
            boolean floating = type == double.class || type == float.class;
            return new Component(
                    type,
                    objectReader(owner, handle),
                    whole ? wholeReader(owner, handle) : null,
                    floating ? floatingReader(owner, handle) : null);
        }

        @SuppressWarnings("unchecked")
        private static Function<Record, @Nullable Object> objectReader(Class<?> owner, MethodHandle handle) {
            Object compiled = compile(owner, handle, Function.class, "apply", Object.class);
            if (compiled != null) {
                return (Function<Record, @Nullable Object>) compiled;
            }
            MethodHandle general = handle.asType(MethodType.methodType(Object.class, Record.class));
            return values -> call(() -> (Object) general.invokeExact(values));
        }

        @SuppressWarnings("unchecked")
        private static ToLongFunction<Record> wholeReader(Class<?> owner, MethodHandle handle) {
            Object compiled = compile(owner, handle, ToLongFunction.class, "applyAsLong", long.class);
            if (compiled != null) {
                return (ToLongFunction<Record>) compiled;
            }
            MethodHandle general = handle.asType(MethodType.methodType(long.class, Record.class));
            return values -> call(() -> (long) general.invokeExact(values));
        }

        @SuppressWarnings("unchecked")
        private static ToDoubleFunction<Record> floatingReader(Class<?> owner, MethodHandle handle) {
            Object compiled = compile(owner, handle, ToDoubleFunction.class, "applyAsDouble", double.class);
            if (compiled != null) {
                return (ToDoubleFunction<Record>) compiled;
            }
            MethodHandle general = handle.asType(MethodType.methodType(double.class, Record.class));
            return values -> call(() -> (double) general.invokeExact(values));
        }

        /**
         * Makes an implementation of a functional interface that calls an accessor. Null where the class's module does
         * not open it to this library: its accessors can be called if they are public, but not compiled into.
         */
        private static @Nullable Object compile(
                Class<?> owner, MethodHandle accessor, Class<?> function, String method, Class<?> result) {
            try {
                CallSite site = LambdaMetafactory.metafactory(
                        MethodHandles.privateLookupIn(owner, MethodHandles.lookup()),
                        method,
                        MethodType.methodType(function),
                        MethodType.methodType(result, Object.class),
                        accessor,
                        MethodType.methodType(result, owner));
                return site.getTarget().invoke();
            } catch (IllegalAccessException | LambdaConversionException e) {
                return null;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private static <T> T call(Call<T> call) {
            try {
                return call.run();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        /** What a method handle does. */
        @FunctionalInterface
        private interface Call<T extends @Nullable Object> {
            T run() throws Throwable;
        }
    }
}
