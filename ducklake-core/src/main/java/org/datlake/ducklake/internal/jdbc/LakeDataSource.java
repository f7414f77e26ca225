package org.datlake.ducklake.internal.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.datlake.ducklake.internal.commit.Committer;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** Plain JDBC connections to the lake. Thread-safe. */
public final class LakeDataSource implements DataSource {

    private final LakeRuntime lake;
    private final Committer committer;
    private final WriteTurns turns;

    /** Makes a source. */
    public LakeDataSource(LakeRuntime lake, Committer committer, WriteTurns turns) {
        this.lake = lake;
        this.committer = committer;
        this.turns = turns;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            lake.inFlight().enter();
            try {
                return new LakeConnection(lake, committer, turns, lake.connect(lake.deadline()));
            } finally {
                lake.inFlight().exit();
            }
        } catch (EngineFailure e) {
            throw e.toSqlException();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "users and passwords belong into the client's settings: call getConnection()", "0A000");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("logs go to SLF4J", "0A000");
    }

    @Override
    public int getLoginTimeout() {
        return (int) lake.settings().operationTimeout().toSeconds();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("the client's settings have the operation timeout", "0A000");
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logs go to SLF4J", "0A000");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Wrapping.unwrap(this, type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
