package org.datlake.ducklake.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The driver's DatabaseMetaData, each of whose 180 methods may run a query: all of them go to a worker. A proxy,
 * because they all want the same.
 */
final class WorkerMetaData implements InvocationHandler {

    private final LakeConnection connection;

    private WorkerMetaData(LakeConnection connection) {
        this.connection = connection;
    }

    static DatabaseMetaData of(LakeConnection connection) {
        return (DatabaseMetaData) Proxy.newProxyInstance(
                WorkerMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                new WorkerMetaData(connection));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        if (method.getName().equals("getConnection")) {
            return connection;
        }
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method, arguments);
        }
        Returned returned = connection.call(connection.timeout(), () -> {
            connection.engine().session().place();
            return new Returned(onDriver(method, arguments));
        });
        return returned.value();
    }

    private static @Nullable Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && isSame(proxy, arguments[0]);
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "WorkerMetaData";
        };
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    private static boolean isSame(Object proxy, @Nullable Object other) {
        return proxy == other;
    }

    private @Nullable Object onDriver(Method method, Object @Nullable [] arguments) throws SQLException {
        DatabaseMetaData driver = connection.engine().session().connection().getMetaData();
        try {
            Object value = method.invoke(driver, arguments);
            // Lists of tables and columns are small: they are copied, so that nothing of the driver gets out.
            return value instanceof ResultSet rows ? LakeResultSet.copyOf(connection, rows) : value;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new SQLException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a method of a public interface is out of reach", e);
        }
    }

    private record Returned(@Nullable Object value) {}
}
