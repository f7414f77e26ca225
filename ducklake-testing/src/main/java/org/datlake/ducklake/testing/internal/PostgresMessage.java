package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** One whole message of a PostgreSQL client, as it was sent. */
final class PostgresMessage {

    /** The type of messages that start a session: they carry no type byte. */
    static final char STARTUP = 0;

    static final char PARSE = 'P';
    static final char BIND = 'B';
    static final char SYNC = 'S';
    static final char QUERY = 'Q';

    private final char type;
    private final byte[] bytes;
    private final @Nullable String sql;

    PostgresMessage(char type, byte[] bytes, @Nullable String sql) {
        this.type = type;
        this.bytes = bytes;
        this.sql = sql;
    }

    char type() {
        return type;
    }

    /** Says whether the message has a statement run, or prepares to, whose text contains a piece of SQL. */
    boolean contains(String piece) {
        return sql != null && sql.contains(piece);
    }

    /** Says whether the server does nothing visible about the message before a Sync follows. */
    boolean waitsForSync() {
        return type == PARSE || type == BIND;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }
}
