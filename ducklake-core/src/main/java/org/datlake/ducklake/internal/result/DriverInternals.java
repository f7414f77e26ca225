package org.datlake.ducklake.internal.result;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * What the driver keeps to itself and we cannot do without: whether a result ended with an error, the memory of a
 * vector, and texts without a lock around each. Where they are out of reach (another driver version, a module that is not
 * open to us), the slower ways stay.
 */
final class DriverInternals {

    private static final @Nullable MethodHandle CHECK_ERROR = findCheckError();
    private static final @Nullable VarHandle VECTOR_DATA = findBuffer("data");
    private static final @Nullable VarHandle VECTOR_VALIDITY = findBuffer("validity");
    private static final @Nullable MethodHandle TEXT = findText();

    private DriverInternals() {}

    private static @Nullable MethodHandle findCheckError() {
        try {
            return MethodHandles.privateLookupIn(DuckDBChunkedResult.class, MethodHandles.lookup())
                    .findVirtual(DuckDBChunkedResult.class, "checkError", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable VarHandle findBuffer(String name) {
        try {
            return MethodHandles.privateLookupIn(DuckDBReadableVector.class, MethodHandles.lookup())
                    .findVarHandle(DuckDBReadableVector.class, name, ByteBuffer.class);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable MethodHandle findText() {
        try {
            Class<?> bindings = Class.forName("org.duckdb.DuckDBBindings");
            return MethodHandles.privateLookupIn(bindings, MethodHandles.lookup())
                    .findStatic(
                            bindings,
                            "duckdb_vector_get_string",
                            MethodType.methodType(byte[].class, ByteBuffer.class, long.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Says whether results can be asked for errors. */
    static boolean canCheckError() {
        return CHECK_ERROR != null;
    }

    /** Throws what a result that has no more chunks ended with, if it was an error. */
    static void checkError(DuckDBChunkedResult result) throws SQLException {
        MethodHandle check = CHECK_ERROR;
        if (check == null) {
            throw new IllegalStateException("the driver cannot be asked for errors");
        }
        try {
            check.invokeExact(result);
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new SQLException(e);
        }
    }

    /** Returns a text of a vector's memory, or null where the way to it is out of reach. */
    static byte @Nullable [] text(ByteBuffer data, int row) {
        MethodHandle handle = TEXT;
        try {
            return handle == null ? null : (byte[]) handle.invokeExact(data, (long) row);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the memory of a vector, in the machine's byte order, or null where it is out of reach. */
    static @Nullable ByteBuffer data(DuckDBReadableVector vector) {
        VarHandle handle = VECTOR_DATA;
        return handle == null ? null : (ByteBuffer) handle.get(vector);
    }

    /** Says whether a vector is known to have no NULL among its first rows; false, too, where that is out of reach. */
    static boolean isKnownToHaveNoNulls(DuckDBReadableVector vector, int rows) {
        VarHandle handle = VECTOR_VALIDITY;
        if (handle == null) {
            return false;
        }
        ByteBuffer validity = (ByteBuffer) handle.get(vector);
        if (validity == null) {
            return true;
        }
        int words = rows / Long.SIZE;
        for (int i = 0; i < words; i++) {
            if (validity.getLong(i * Long.BYTES) != -1) {
                return false;
            }
        }
        int left = rows % Long.SIZE;
        return left == 0 || validity.getLong(words * Long.BYTES) << (Long.SIZE - left) == -1L << (Long.SIZE - left);
    }
}
