package org.datlake.ducklake.internal.guard;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.datlake.ducklake.internal.sql.Json;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * Turns statements into trees and back, by the engine's own parser, in an engine apart from the lake's that holds nothing
 * and can reach nothing. Thread-safe.
 */
public final class SqlTrees implements AutoCloseable {

    /** A tree takes a thousand times the memory of its text. */
    private static final int LONGEST = 30_000;

    private @Nullable DuckDBConnection engine;
    private boolean closed;

    /**
     * Returns the tree of the one SELECT that a text holds.
     *
     * @throws Refusal if it holds anything else
     */
    Map<String, @Nullable Object> parse(String sql) throws Refusal, SQLException {
        if (sql.length() > LONGEST) {
            throw Refusal.of("the statement is longer than " + LONGEST + " characters");
        }
        if (sql.indexOf('\0') >= 0) {
            throw Refusal.of("the statement holds the character NUL");
        }
        Map<String, @Nullable Object> document = document(call("SELECT json_serialize_sql(?::VARCHAR)", sql));
        if (Trees.isTrue(document.get("error"))) {
            throw unparsed(document);
        }
        List<@Nullable Object> statements = Trees.list(document.get("statements"));
        if (statements.size() != 1) {
            throw Refusal.of("one SELECT is taken, this is " + statements.size() + " statements");
        }
        return Trees.object(statements.get(0));
    }

    private static Map<String, @Nullable Object> document(String json) throws Refusal {
        try {
            return Trees.object(Json.read(json));
        } catch (IllegalArgumentException e) {
            throw Refusal.of("the statement is nested too deeply");
        }
    }

    private static Refusal unparsed(Map<String, @Nullable Object> document) {
        if ("parser".equals(document.get("error_type"))) {
            Object position = document.get("position");
            return Refusal.syntax("the statement is no SQL that the engine understands"
                    + (position instanceof String text ? Trees.place(Trees.number(text)) : ""));
        }
        return Refusal.of("one SELECT is taken; this is another kind of statement, or uses syntax that is not taken");
    }

    /** Returns the SQL of a tree. */
    String print(Map<String, @Nullable Object> statement) throws SQLException {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("error", new Json.Raw("false"));
        document.put("statements", List.of(statement));
        return call("SELECT json_deserialize_sql(?::JSON)", Json.write(document));
    }

    private String call(String sql, String argument) throws SQLException {
        try (DuckDBConnection own = connect();
                PreparedStatement statement = own.prepareStatement(sql)) {
            statement.setString(1, argument);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private synchronized DuckDBConnection connect() throws SQLException {
        if (closed) {
            throw new SQLException("Connection Error: the client is closed");
        }
        DuckDBConnection present = engine;
        if (present == null) {
            present = open();
            engine = present;
        }
        return present.duplicate();
    }

    private static DuckDBConnection open() throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("threads", "1");
        settings.setProperty("memory_limit", "256MB");
        settings.setProperty("temp_directory", "");
        settings.setProperty("enable_external_access", "false");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("lock_configuration", "true");
        return (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", settings);
    }

    @Override
    public synchronized void close() {
        closed = true;
        DuckDBConnection present = engine;
        engine = null;
        if (present != null) {
            try {
                present.close();
            } catch (SQLException e) {
                throw new IllegalStateException("an engine that holds nothing could not be closed", e);
            }
        }
    }
}
