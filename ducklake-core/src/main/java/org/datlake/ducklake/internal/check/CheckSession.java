package org.datlake.ducklake.internal.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.EngineConnection;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.storage.StoredFile;
import org.duckdb.DuckDBAppender;

/** The connection that a check works on: its temporary tables end with it. For one thread. */
final class CheckSession implements AutoCloseable {

    private final EngineConnection connection;
    private final Deadline deadline;

    /** Takes over a connection that nobody has used. */
    CheckSession(EngineConnection connection, Deadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    void run(String sql) throws EngineFailure {
        connection.call(deadline, () -> {
            connection.session().run(sql);
            return true;
        });
    }

    <T> List<T> rows(String sql, Mapper<T> mapper) throws EngineFailure {
        return connection.call(deadline, () -> {
            try (Statement statement = connection.session().connection().createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(mapper.map(rows));
                }
                return read;
            }
        });
    }

    /** Returns the only number of the only row. */
    long number(String sql) throws EngineFailure {
        return Objects.requireNonNull(rows(sql, row -> row.getLong(1)).get(0));
    }

    void append(List<StoredFile> files) throws EngineFailure {
        connection.call(deadline, () -> {
            try (DuckDBAppender appender =
                    connection.session().connection().createAppender("temp", "main", CheckSql.STORED)) {
                for (StoredFile file : files) {
                    appender.beginRow();
                    appender.append(file.path());
                    appender.append(file.bytes());
                    appender.append(file.modified().toEpochMilli());
                    appender.endRow();
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        connection.close();
    }

    /**
     * Makes something of a row.
     *
     * @param <T> what it makes
     */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }
}
