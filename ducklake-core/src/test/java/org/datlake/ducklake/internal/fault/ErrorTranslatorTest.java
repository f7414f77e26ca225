package org.datlake.ducklake.internal.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.List;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.TransactionConflictException;
import org.datlake.ducklake.TransactionConflictException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTranslatorTest {

    private final ErrorTranslator translator = new ErrorTranslator(new Redactor(List.of(Secret.of("canary"))));

    /** Messages of the engine, of PostgreSQL and of object stores, as they were seen. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            TransactionContext Error: Failed to commit: Transaction conflict - attempting to insert into table with index "7" - but another transaction has deleted inlined data from it | CONFLICT | 40001
            TransactionContext Error: Failed to commit: Failed to commit DuckLake transaction. Exceeded the maximum retry count of 10 | CONFLICT | 40001
            TransactionContext Error: Failed to commit: duplicate key value violates unique constraint "ducklake_snapshot_pkey" | CONFLICT | 40001
            IO Error: Failed to query most recent snapshot for DuckLake: Unable to connect to Postgres at "host=db password=canary": connection to server at "10.0.0.1", port 5432 failed: Connection refused | CATALOG_DOWN | 08006
            TransactionContext Error: Failed to commit: Failed to execute query "COMMIT": server closed the connection unexpectedly | CATALOG_DOWN | 08006
            TransactionContext Error: Failed to commit: Failed to execute query "ROLLBACK":  | CATALOG_DOWN | 08006
            IO Error: Connection pool timeout: all 4 connections in use | CATALOG_DOWN | 08006
            IO Error: Failed to execute query "INSERT INTO x VALUES ('rowvalue')": ERROR:  cannot execute INSERT in a read-only transaction | CATALOG_READ_ONLY | 25006
            IO Error: Failed to execute query "INSERT INTO x VALUES ('rowvalue')": ERROR:  could not extend file "base/5/16421": No space left on device HINT:  Check free disk space. | CATALOG_FULL | 53100
            IO Error: Failed to execute query "INSERT INTO x VALUES ('error: could not extend file "x": no space left on device')": ERROR:  value too long | STATEMENT | 53100
            IO Error: Unable to connect to Postgres at "": FATAL:  password authentication failed for user "me" | CATALOG_REFUSED | 08004
            IO Error: Unable to connect to Postgres at "": FATAL:  database "nope" does not exist | CATALOG_REFUSED | 08004
            IO Error: Unable to connect to Postgres at "": server does not support SSL, but SSL was required | CATALOG_REFUSED | 08004
            IO Error: Server returned nothing (no headers, no data) error for HTTP PUT to 'http://minio:9000/b/x.parquet' | STORAGE_DOWN | 58030
            HTTP Error: Unable to connect to URL "http://minio:9000/b/x": 503 (HTTP 503 Service Unavailable) | STORAGE_DOWN | 58030
            HTTP Error: HTTP GET error on 'http://minio:9000/b/x.parquet' (HTTP 403 Forbidden) | STORAGE_REFUSED | 42501
            IO Error: Unable to connect to URL s3://b/x.parquet: Bad Request (HTTP code 400) | STORAGE_REFUSED | 42501
            HTTP Error: HTTP GET error reading 'http://minio:9000/b/x.parquet' (HTTP 404 Not Found) NoSuchKey | STORAGE_MISSING | 58P01
            INTERRUPT Error: Interrupted! | TIMEOUT | 57014
            FATAL Error: Failed: database has been invalidated because of a previous fatal error. | ENGINE_FATAL | 58000
            IO Error: Checkpoint failed for database "__ducklake_metadata_lake". The database has been invalidated. Original error: x | ENGINE_FATAL | 58000
            INTERNAL Error: Attempted to dereference unique_ptr that is NULL! | ENGINE_SUSPECT | 58000
            Connection was closed | CLOSED | 08003
            Statement was closed | CLOSED | 08003
            Parser Error: syntax error at or near "SELEC" | STATEMENT | 42601
            Catalog Error: Table with name nosuch does not exist! | STATEMENT | 42P01
            Catalog Error: Table with name "t" already exists! | STATEMENT | 42P07
            Catalog Error: Schema with name "s" does not exist! | STATEMENT | 3F000
            Catalog Error: Scalar Function with name nofunc does not exist! | STATEMENT | 42883
            Binder Error: Referenced column "nocol" not found in FROM clause! | STATEMENT | 42703
            Constraint Error: NOT NULL constraint failed: t.i | STATEMENT | 23502
            Conversion Error: Could not convert string 'abc' to INT32 | STATEMENT | 22018
            Conversion Error: Type INT32 with value 300 can't be cast because the value is out of range for the destination type INT8 | STATEMENT | 22003
            Out of Range Error: Overflow in addition of INT64 (9223372036854775807 + 1)! | STATEMENT | 22003
            Not implemented Error: something | STATEMENT | 0A000
            Permission Error: something | STATEMENT | 42501
            Invalid Input Error: Cannot change configuration option "threads" - the configuration has been locked | STATEMENT | 55P02
            TransactionContext Error: Current transaction is aborted (please ROLLBACK) | STATEMENT | 25P02
            Out of Memory Error: failed to allocate data of size 16.0 MiB (95.3 MiB/95.3 MiB used) | STATEMENT | 53200
            IO Error: Could not write file "/x": No space left on device | STATEMENT | 53100
            """)
    void a_message_is_told_by_its_innermost_error(String message, FaultKind kind, String sqlState) {
        EngineFault fault = translator.fault(message);

        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.sqlState()).isEqualTo(sqlState);
        assertThat(fault.message()).isNotBlank().doesNotContain("canary", "rowvalue", "Error: ");
    }

    /** The engine itself is asked, because it words its messages anew with each version. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'topsecret'::INT",
                "SELECT 'it''s topsecret'::INT",
                "SELECT E'topsecret\\nin two lines'::INT",
                "SELECT 'say \"topsecret\" now'::DATE",
                "SELECT 'topsecret'::TIMESTAMP",
                "SELECT 'topsecret'::UUID",
                "SELECT 'topsecret'::INTERVAL",
                "SELECT 'topsecret'::BOOLEAN",
                "SELECT 'topsecret'::INTEGER[]",
                "SELECT 'topsecret'::ENUM ('a', 'b')",
                "SELECT json_extract('{topsecret', '$.a')",
                "SELECT strptime('topsecret 1', '%Y')",
                "SELECT 98765::TINYINT",
                "SELECT 98765.4::FLOAT::TINYINT",
                "SELECT 98765.432::DECIMAL(4, 2)",
                "SELECT '98765'::TINYINT",
                "SELECT 9223372036854775807 + 98765",
                "SELECT 170141183460469231731687303715884105727::HUGEINT * 98765",
                "SELECT make_date(2020, 98765, 1)",
                "SELECT abs((-128)::TINYINT) + 98765",
                "SELECT '\\xtopsecret'::BLOB",
                "SELECT chr(-98765)",
                "SELECT unhex('98765topsecret')",
                "SELECT regexp_matches('a', 'topsecret(')",
                "SELECT regexp_matches('a', 'topsecret)')",
                "SELECT regexp_matches('a', '[topsecret')",
                "SELECT regexp_matches('a', 'topsecret\\')",
                "SELECT regexp_matches('a', '\\ytopsecret')",
                "SELECT regexp_matches('a', '[z-a]topsecret')",
                "SELECT regexp_matches('a', '(?Ptopsecret')",
                "SELECT regexp_matches('a', '+topsecret')",
                "SELECT regexp_matches('a', 'x**{98765}topsecret')",
                "SELECT regexp_matches('a', 'x{98765}')",
                "SELECT 'a Binder Error: topsecret'::INT",
                "SELECT nocol, 'a IO Error: topsecret'",
                "SELECT regexp_matches('a', 'a IO Error: topsecret(')",
                "INSERT INTO t VALUES (98765, 'a'), (98765, 'a')",
                "INSERT INTO t VALUES (NULL, 'topsecret')",
                "INSERT INTO t VALUES (1, 'topsecret')",
                "INSERT INTO t VALUES ('topsecret', 'a')",
                "SELECT 'topsecret",
                "SELECT \"topsecret' FROM 'topsecret"
            })
    void no_value_of_a_row_and_no_literal_gets_into_a_message(String sql) {
        EngineFault fault = translator.fault(messageOf(sql));

        assertThat(fault.kind()).isEqualTo(FaultKind.STATEMENT);
        assertThat(fault.message()).isNotBlank().doesNotContain("98765").doesNotContain("SELECT", "INSERT");
        if (!sql.startsWith("SELECT \"")) {
            assertThat(fault.message()).doesNotContain("topsecret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'database has been invalidated'::INT",
                "SELECT '{database has been invalidated'::JSON",
                "SELECT nocol, 'has been invalidated'",
                "SELECT \"has been invalidated\"",
                "SELECT 1 'has been invalidated'"
            })
    void a_value_that_reads_like_a_fatal_error_had_the_engine_replaced(String sql) {
        assertThat(translator.fault(messageOf(sql)).kind()).isEqualTo(FaultKind.STATEMENT);
    }

    @Test
    void a_value_in_a_statement_for_the_catalog_was_taken_for_the_error() {
        EngineFault fault = translator.fault(
                "TransactionContext Error: Failed to commit: Failed to execute query "
                        + "\"INSERT INTO x VALUES ('a IO Error: topsecret')\": ERROR:  cannot execute INSERT in a read-only transaction");

        assertThat(fault.kind()).isEqualTo(FaultKind.CATALOG_READ_ONLY);
        assertThat(fault.errorType()).isEqualTo("TransactionContext");
        assertThat(fault.message()).doesNotContain("topsecret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name=topsecret", "name%3Dtopsecret", "my%20name%3Dtop%3Dsecret", "year=98765/name=topsecret"})
    void the_path_of_a_file_showed_its_partition_s_value(String partition) {
        EngineFault fault = translator.fault("IO Error: Could not connect to server error for HTTP GET to "
                + "'http://minio:9000/b/main/t/" + partition + "/ducklake-1.parquet'");

        assertThat(fault.kind()).isEqualTo(FaultKind.STORAGE_DOWN);
        assertThat(fault.message())
                .contains("/b/main/t/", "name", "/ducklake-1.parquet")
                .doesNotContain("secret", "98765");
    }

    private static @Nullable String messageOf(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, s VARCHAR CHECK (length(s) < 3))");
            statement.execute(sql);
        } catch (SQLException e) {
            return e.getMessage();
        }
        throw new AssertionError("it did not fail: " + sql);
    }

    @Test
    void a_long_text_in_a_message_overflowed_the_stack() {
        EngineFault fault = translator.fault("Parser Error: x '" + "topsecret ''".repeat(50_000) + "' y");

        assertThat(fault.message()).contains("x '…' y").doesNotContain("topsecret");
    }

    @Test
    void the_place_of_an_error_is_kept_without_the_line_itself() {
        EngineFault fault = translator.fault(messageOf("SELECT 1,\n  nocol, 'topsecret'"));

        assertThat(fault.message()).contains("\"nocol\"", "(line 2, column 3)").doesNotContain("topsecret");
    }

    @Test
    void an_error_in_a_file_names_its_column_but_not_the_value() {
        EngineFault fault = translator.fault("""
                Conversion Error: CSV Error on Line: 2
                Original Line: 1,topsecret
                Error when converting column "b". Could not convert string "topsecret" to 'INTEGER'

                Column b is being converted as type INTEGER
                """);

        assertThat(fault.message()).contains("column \"b\"").doesNotContain("topsecret");
    }

    @Test
    void a_conflict_names_its_table() {
        EngineFault fault = translator.fault("TransactionContext Error: Failed to commit: Transaction conflict - "
                + "attempting to alter table \"events\" - but this table has been dropped by another transaction");

        assertThat(fault.toException(null))
                .isInstanceOfSatisfying(
                        TransactionConflictException.class,
                        conflict -> assertThat(conflict.table()).contains("events"));
        assertThat((Throwable) fault.toSqlException()).isInstanceOf(SQLTransactionRollbackException.class);
    }

    @Test
    void a_conflict_that_knows_only_the_number_of_its_table_keeps_it() {
        EngineFault fault = translator.fault(
                "TransactionContext Error: Failed to commit: Transaction conflict - "
                        + "attempting to insert into table with index \"7\" - but another transaction has deleted inlined data");

        assertThat(fault.conflict()).isEqualTo(new EngineFault.Conflict(Kind.LOGICAL, null, 7L));
    }

    /** What PostgreSQL says in German, French and Japanese: the constraint's name is the same in all of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "doppelter Schlüsselwert verletzt Unique-Constraint »ducklake_snapshot_pkey«",
                "la valeur d'une clé dupliquée rompt la contrainte unique « ducklake_snapshot_pkey »",
                "重複したキー値は一意性制約\"ducklake_snapshot_pkey\"違反となります"
            })
    void a_race_for_the_snapshot_id_is_known_in_every_language(String text) {
        EngineFault fault = translator.fault("TransactionContext Error: Failed to commit: " + text);

        assertThat(fault.kind()).isEqualTo(FaultKind.CONFLICT);
        assertThat(fault.conflict()).isEqualTo(new EngineFault.Conflict(Kind.PHYSICAL, null, null));
    }

    @Test
    void exceptions_have_the_class_that_fits_their_kind() {
        assertThat(translator.fault("FATAL Error: x").toException(null)).isInstanceOf(EngineInvalidatedException.class);
        assertThat((Throwable) translator.fault("Parser Error: x").toSqlException())
                .isInstanceOf(SQLSyntaxErrorException.class);
        assertThat((Throwable) translator.fault("Constraint Error: x").toSqlException())
                .isInstanceOf(SQLIntegrityConstraintViolationException.class);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void an_error_without_a_message_is_still_an_error(@Nullable String message) {
        EngineFault fault = translator.fault(message);

        assertThat(fault.kind()).isEqualTo(FaultKind.STATEMENT);
        assertThat(fault.sqlState()).isEqualTo("HY000");
    }

    @Test
    void what_the_driver_throws_by_accident_is_redacted_as_well() {
        DuckLakeException thrown =
                translator.translate(new NullPointerException("canary")).toException();

        assertThat(thrown).hasMessageContaining("NullPointerException").hasMessageNotContaining("canary");
        assertThat(thrown).cause().hasMessageNotContaining("canary");
    }

    @Test
    void a_failure_of_ours_passes_unchanged() {
        EngineFailure failure = new EngineFailure(EngineFault.closed("x"));

        assertThat(translator.translate((Throwable) failure)).isSameAs(failure);
    }
}
